/* The log: what is said, when, by whom. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/log_target.h"
#include "base/text.h"

/* time, level, pid, msg */
#define HEAD 4

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
    [LOG_CRITICAL] = "critical",
};

struct manner {
	_Atomic int lowest, format;
};
static struct manner own = {LOG_INFO, LOG_AS_TEXT};
static struct manner *manner = &own;

void
log_share(void)
{
	struct manner *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return;
	atomic_init(&shared->lowest, atomic_load(&manner->lowest));
	atomic_init(&shared->format, atomic_load(&manner->format));
	manner = shared;
}

void
log_set_level(enum log_level level)
{
	atomic_store(&manner->lowest, (int)level);
}

void
log_set_format(enum log_format format)
{
	atomic_store(&manner->format, (int)format);
}

int
log_level_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++)
		if (text_same(name, level_names[i]))
			return (int)i;
	return -1;
}

static bool
is_said(enum log_level level)
{
	return (int)level >= atomic_load(&manner->lowest);
}

/* 2026-01-31T23:59:59.123Z */
static void
write_time(char stamp[40])
{
	int64_t now = clock_wall_ms();
	time_t seconds = (time_t)(now / 1000);
	struct tm utc = {0};
	gmtime_r(&seconds, &utc);
	size_t len = strftime(stamp, 32, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(stamp + len, 8, ".%03dZ", (int)(now % 1000));
}

static void
say(enum log_level level, const char *msg, const struct log_field *fields,
    size_t n)
{
	char stamp[40];
	struct log_field all[LOG_RECORD_FIELDS] = {
	    {"time", LOG_TEXT, stamp, 0},
	    {"level", LOG_TEXT, level_names[level], 0},
	    {"pid", LOG_NUMBER, NULL, (int64_t)getpid()},
	    {"msg", LOG_TEXT, msg, 0},
	};
	if (n > LOG_RECORD_FIELDS - HEAD)
		n = LOG_RECORD_FIELDS - HEAD;
	for (size_t i = 0; i < n; i++)
		all[HEAD + i] = fields[i];
	write_time(stamp);

	struct buf line;
	buf_init(&line, BUF_SMALL);
	log_record_write(&line, (enum log_format)atomic_load(&manner->format),
	    all, HEAD + n);
	/* Where the log itself cannot be written there is nobody to tell. */
	if (buf_ok(&line))
		log_target_write((int)level, line.data, line.len);
	buf_clear(&line);
}

static void
say_words(enum log_level level, const struct log_field *fields, size_t n,
    const char *format, va_list args)
{
	char *text = NULL;
	int len = vasprintf(&text, format, args);
	if (len < 0)
		text = NULL;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = '\0';
	say(level,
	    text != NULL ? text : "(a message that did not fit into memory)",
	    fields, n);
	free(text);
}

void
log_line(enum log_level level, const char *format, ...)
{
	va_list args;
	if (!is_said(level))
		return;
	va_start(args, format);
	say_words(level, NULL, 0, format, args);
	va_end(args);
}

void
log_request(
    enum log_level level, const char *request_id, const char *format, ...)
{
	const struct log_field field = {"request_id", LOG_TEXT, request_id, 0};
	va_list args;
	if (!is_said(level))
		return;
	va_start(args, format);
	say_words(level, &field, 1, format, args);
	va_end(args);
}

void
log_fields(enum log_level level, const char *msg,
    const struct log_field *fields, size_t n)
{
	if (is_said(level))
		say(level, msg, fields, n);
}
