"""Practice HRIS, LMS, assessment tool, badge issuer and mail: real servers with switchable faults."""
