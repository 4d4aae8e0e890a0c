"""Jobs and CronJobs: completions, policies and schedules."""
