/* The log's target. <syslog.h> has names that are levels in base/log.h, so the
 * two never meet. */
#include "base/log_target.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const struct {
	const char *name;
	int facility;
} facilities[] = {
    {"daemon", LOG_DAEMON},
    {"user", LOG_USER},
    {"local0", LOG_LOCAL0},
    {"local1", LOG_LOCAL1},
    {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3},
    {"local4", LOG_LOCAL4},
    {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6},
    {"local7", LOG_LOCAL7},
};

/* In the order of enum log_level. */
static const int priorities[] = {
    LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR, LOG_CRIT};

static bool to_syslog;

/* What follows "syslog" in the name; NULL if it does not begin so. */
static const char *
facility_name(const char *name)
{
	static const char word[] = "syslog";
	size_t len = sizeof(word) - 1;
	if (strncmp(name, word, len) != 0)
		return NULL;
	return name[len] == '\0' ? facilities[0].name
	    : name[len] == ':'   ? name + len + 1
				 : NULL;
}

bool
log_target_set(const char *name, struct buf *why)
{
	if (strcmp(name, "stderr") == 0) {
		to_syslog = false;
		return true;
	}
	const char *facility = facility_name(name);
	for (size_t i = 0; facility != NULL && i < COUNT_OF(facilities); i++) {
		if (strcmp(facility, facilities[i].name) != 0)
			continue;
		openlog("keywheel", LOG_PID, facilities[i].facility);
		to_syslog = true;
		return true;
	}
	buf_str(why,
	    "LOG_TARGET is stderr, syslog or syslog:FACILITY, with daemon, "
	    "user or local0 to local7");
	return false;
}

void
log_target_write(int level, const char *line, size_t len)
{
	if (to_syslog) {
		/* Whose lines have their end by themselves. */
		syslog(priorities[level], "%.*s", (int)(len - 1), line);
		return;
	}
	ssize_t written = write(STDERR_FILENO, line, len);
	(void)written;
}
