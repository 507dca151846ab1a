"""响应: notice, incident, tasks, engagements and legal notification clocks."""
