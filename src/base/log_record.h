/*
 * One line of the log: fields as `name=value` or as one JSON object. A value
 * may come from anywhere. It cannot forge another line or field, secrets in it
 * are blacked out, and the line is always whole, in UTF-8, and short enough to
 * go through a pipe in one piece.
 */
#ifndef KEYWHEEL_BASE_LOG_RECORD_H
#define KEYWHEEL_BASE_LOG_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* PIPE_BUF of Linux: so much goes into a pipe at once, and the lines of
 * several processes do not mix. With the newline. */
#define LOG_RECORD_MAX ((size_t)4096)
/* More fields than this are not written. */
#define LOG_RECORD_FIELDS 40

enum log_format { LOG_AS_TEXT, LOG_AS_JSON };

enum log_value {
	LOG_TEXT,   /* text; NULL: the field is left out */
	LOG_NUMBER, /* number; below zero: likewise */
	LOG_MS,     /* microseconds, written as milliseconds; likewise */
	LOG_FLAG,   /* number is 0 or not */
};

struct log_field {
	const char *name; /* ours: a-z, _ and digits, up to 24 of them */
	enum log_value kind;
	const char *text; /* any bytes, NUL at the end */
	int64_t number;
};

/* Append the line with its newline. What is too long is cut, the longest
 * values first, and ends in "…" then. */
void log_record_write(struct buf *out, enum log_format format,
    const struct log_field *fields, size_t n);

#endif
