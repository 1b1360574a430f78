/*
 * The log: one line an event, on stderr or in syslog. Secrets must not be given
 * to it; every value is passed through text_redact() all the same
 * (base/log_record.h).
 *
 * Level and form are settings, which change while the program runs. Only who
 * has a database reads those: processes that are forked by one parent share
 * what the last of them has read.
 */
#ifndef KEYWHEEL_BASE_LOG_H
#define KEYWHEEL_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log_record.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL };

/* Lines below this level are dropped. INFO at start. */
void log_set_level(enum log_level level);

/* DEBUG, INFO, WARNING, ERROR, CRITICAL in any case; -1 if it is none. */
int log_level_by_name(const char *name);

/* As text at start. */
void log_set_format(enum log_format format);

/* Before the first fork(): what a child sets is in force for its parent and
 * for all others. Without memory for it each goes by what it sets itself. */
void log_share(void);

/* One line with the fields time, level, pid and msg; a newline at the end is
 * not needed. */
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same about a request, with the field request_id. */
void log_request(enum log_level level, const char *request_id,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One line with those four and further fields. */
void log_fields(enum log_level level, const char *msg,
    const struct log_field *fields, size_t n);

#endif
