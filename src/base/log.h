/*
 * The log: one line per event on stderr, `level=… msg="…"`, as web servers
 * and journals expect it. Secrets must not be given to it; every line is
 * passed through text_redact() all the same.
 */
#ifndef KEYWHEEL_BASE_LOG_H
#define KEYWHEEL_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL };

/* Lines below this level are dropped. INFO at start. */
void log_set_level(enum log_level level);

/* DEBUG, INFO, WARNING, ERROR, CRITICAL in any case; -1 if it is none. */
int log_level_by_name(const char *name);

/* One line; a newline at the end is not needed. */
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
