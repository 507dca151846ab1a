"""识别: the submission, answers, consent, the scan, the assessment."""
