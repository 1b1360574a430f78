/* CSV. */
#include "base/csv.h"

#include <string.h>

static bool
is_formula(const char *text, size_t len)
{
	size_t i = 0;
	while (i < len && text[i] == ' ')
		i++;
	return i < len && text[i] != '\0' &&
	    strchr("=+-@\t\r", text[i]) != NULL;
}

static bool
needs_quotes(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\0' && strchr(",\"\r\n", text[i]) != NULL)
			return true;
	/* Blanks at the ends belong to the field. */
	return len > 0 && (text[0] == ' ' || text[len - 1] == ' ');
}

void
csv_text(struct buf *out, bool first, const char *text, size_t len)
{
	bool quotes = needs_quotes(text, len);
	if (!first)
		buf_byte(out, ',');
	if (quotes)
		buf_byte(out, '"');
	if (is_formula(text, len))
		buf_byte(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, text[i] == '\0' ? ' ' : text[i]);
	}
	if (quotes)
		buf_byte(out, '"');
}

void
csv_word(struct buf *out, bool first, const char *word)
{
	if (!first)
		buf_byte(out, ',');
	buf_str(out, word);
}

void
csv_end_line(struct buf *out)
{
	buf_str(out, "\r\n");
}
