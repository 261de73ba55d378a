"""Read the exports of survey tools: the form of the survey, and one row for each respondent."""
