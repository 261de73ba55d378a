"""What leaders, districts, programs and the committee see of published figures."""
