/* The log: one line per event on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

/* A pipe takes this much in one piece, so that the lines of several
 * processes do not mix. Longer messages are cut. */
#define LINE_MAX_BYTES 4096
#define TEXT_MAX_BYTES 3900

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
    [LOG_CRITICAL] = "critical",
};

static enum log_level lowest = LOG_INFO;

void
log_set_level(enum log_level level)
{
	lowest = level;
}

int
log_level_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++)
		if (text_same(name, level_names[i]))
			return (int)i;
	return -1;
}

/* time=2026-01-31T23:59:59.123Z level=info pid=4711 msg= */
static void
add_head(struct buf *line, enum log_level level)
{
	int64_t now = clock_wall_ms();
	time_t seconds = (time_t)(now / 1000);
	struct tm utc = {0};
	gmtime_r(&seconds, &utc);
	char stamp[32];
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
	buf_fmt(line, "time=%s.%03dZ level=%s pid=%ld msg=", stamp,
	    (int)(now % 1000), level_names[level], (long)getpid());
}

/* The message in quotes; what is too long ends in "…". */
static void
add_quoted(struct buf *line, const char *text, size_t len)
{
	buf_byte(line, '"');
	for (size_t i = 0; i < len; i++) {
		/* Cut only between characters. */
		if (line->len >= TEXT_MAX_BYTES &&
		    ((unsigned char)text[i] & 0xc0) != 0x80) {
			buf_str(line, "\xe2\x80\xa6");
			break;
		}
		if (line->len >= TEXT_MAX_BYTES + 8)
			break;
		if (text[i] == '"' || text[i] == '\\')
			buf_byte(line, '\\');
		buf_byte(line, text[i]);
	}
	buf_byte(line, '"');
}

void
log_line(enum log_level level, const char *format, ...)
{
	if (level < lowest)
		return;

	/* Redact the whole message before it is cut: half a secret would not
	 * be recognised. */
	va_list args;
	va_start(args, format);
	char *text = NULL;
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		text = NULL;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	if (text != NULL)
		text_redact(&clean, text, (size_t)len);
	else
		buf_str(&clean, "(a message that did not fit into memory)");

	struct buf line;
	buf_init(&line, LINE_MAX_BYTES);
	add_head(&line, level);
	add_quoted(&line, buf_cstr(&clean), clean.len);
	buf_byte(&line, '\n');

	/* Where the log itself cannot be written there is nobody to tell. */
	if (buf_ok(&line)) {
		ssize_t written = write(STDERR_FILENO, line.data, line.len);
		(void)written;
	}
	buf_clear(&line);
	buf_clear(&clean);
	free(text);
}
