"""Record the training and confidentiality agreements required for access to student data."""
