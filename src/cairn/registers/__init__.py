"""What anybody may read of agreements and projects."""
