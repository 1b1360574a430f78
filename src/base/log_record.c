/* The form of the log's lines. */
#include "base/log_record.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define REPLACEMENT "\xef\xbf\xbd"

/* The code point of a well-formed sequence. */
static uint32_t
code_point(const char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *)text;
	if (size == 1)
		return p[0];
	uint32_t point = p[0] & (0xffU >> (size + 1));
	for (size_t i = 1; i < size; i++)
		point = point << 6 | (p[i] & 0x3f);
	return point;
}

/* What ends a line somewhere, or turns the reading direction of what follows
 * it: a viewer is not to show another line than there is. */
static bool
is_deceptive(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x61c || (point >= 0x200e && point <= 0x200f) ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069) || point == 0xfeff;
}

/* A value's characters, max bytes at most, as they stand between quotes: both
 * formats have JSON's escapes. */
static void
add_characters(struct buf *out, const char *text, size_t len, size_t max)
{
	size_t i = 0;
	while (i < len) {
		size_t size = text_character(text + i, len - i);
		size_t whole = size > 0 ? size : 1;
		if (i + whole > max)
			break;
		uint32_t point = size > 0 ? code_point(text + i, size) : 0;
		if (size == 0)
			buf_str(out, REPLACEMENT);
		else if (is_deceptive(point))
			buf_fmt(out, "\\u%04" PRIx32, point);
		else {
			if (point == '"' || point == '\\')
				buf_byte(out, '\\');
			buf_add(out, text + i, size);
		}
		i += whole;
	}
	if (i < len)
		buf_str(out, ELLIPSIS);
}

/* May it stand without quotes behind `name=`? */
static bool
is_plain(const char *text, size_t len, size_t max)
{
	static const char others[] = "._:/+-@*,%~#";
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0' ||
		    (!isalnum((unsigned char)text[i]) &&
			strchr(others, text[i]) == NULL))
			return false;
	return len > 0 && len <= max;
}

static void
add_text(struct buf *out, enum log_format format, const char *text, size_t max)
{
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	text_redact(&clean, text, strlen(text));
	const char *value = buf_cstr(&clean);
	size_t len = clean.len;
	if (!buf_ok(&clean)) {
		value = "(a text that did not fit into memory)";
		len = strlen(value);
	}
	if (format == LOG_AS_TEXT && is_plain(value, len, max))
		buf_add(out, value, len);
	else {
		buf_byte(out, '"');
		add_characters(out, value, len, max);
		buf_byte(out, '"');
	}
	buf_clear(&clean);
}

static void
add_value(struct buf *out, enum log_format format,
    const struct log_field *field, size_t max)
{
	switch (field->kind) {
	case LOG_TEXT:
		add_text(out, format, field->text, max);
		break;
	case LOG_NUMBER:
		buf_fmt(out, "%" PRId64, field->number);
		break;
	case LOG_MS:
		buf_fmt(out, "%" PRId64 ".%" PRId64, field->number / 1000,
		    field->number % 1000 / 100);
		break;
	case LOG_FLAG:
		buf_str(out, field->number != 0 ? "true" : "false");
		break;
	}
}

static bool
is_there(const struct log_field *field)
{
	return field->kind == LOG_TEXT ? field->text != NULL
	    : field->kind == LOG_FLAG  ? true
				       : field->number >= 0;
}

/* Each value with max bytes at most. */
static void
add_line(struct buf *out, enum log_format format,
    const struct log_field *fields, size_t n, size_t max)
{
	const char *between = "";
	if (format == LOG_AS_JSON)
		buf_byte(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (!is_there(&fields[i]))
			continue;
		buf_str(out, between);
		if (format == LOG_AS_JSON)
			buf_fmt(out, "\"%s\":", fields[i].name);
		else
			buf_fmt(out, "%s=", fields[i].name);
		add_value(out, format, &fields[i], max);
		between = format == LOG_AS_JSON ? "," : " ";
	}
	buf_str(out, format == LOG_AS_JSON ? "}\n" : "\n");
}

void
log_record_write(struct buf *out, enum log_format format,
    const struct log_field *fields, size_t n)
{
	struct buf line;
	buf_init(&line, BUF_LARGE);
	if (n > LOG_RECORD_FIELDS)
		n = LOG_RECORD_FIELDS;
	/* Only values that are longer than that are touched. */
	size_t max = LOG_RECORD_MAX - 200;
	add_line(&line, format, fields, n, max);
	while (line.len > LOG_RECORD_MAX && max > 0) {
		max = max > 64 ? max * 3 / 4 : max / 2;
		buf_reset(&line);
		add_line(&line, format, fields, n, max);
	}
	buf_join(out, &line);
	buf_clear(&line);
}
