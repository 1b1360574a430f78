/* Finding keys in text that people paste. */
#include "pool/key_text.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"

/* A line that is one word is a key if it is no shorter and no longer. */
#define WORD_MIN 16
#define WORD_MAX 512

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

static bool
is_key_char(char c)
{
	return is_alnum(c) || c == '_' || c == '-';
}

static bool
is_dotted_key_char(char c)
{
	return is_key_char(c) || c == '.';
}

/* The shapes of keys known today. */
static const struct shape {
	const char *prefix;
	bool (*takes)(char c);
	size_t min, max;  /* characters after the prefix */
	bool begins_word; /* not in the middle of some other token */
} shapes[] = {
    {"AIza", is_key_char, 35, 35, false},
    {"AQ.", is_dotted_key_char, 20, WORD_MAX, true},
};

/* True if position i does not continue a word; the letter of an escape in
 * a quoted text ("\n") is no word. */
static bool
at_word_start(const char *line, size_t i)
{
	if (i == 0 || !is_key_char(line[i - 1]))
		return true;
	return i >= 2 && line[i - 2] == '\\';
}

/* The length of the key at line[i], 0 if there is none. */
static size_t
key_at(const char *line, size_t len, size_t i)
{
	for (size_t k = 0; k < COUNT_OF(shapes); k++) {
		const struct shape *s = &shapes[k];
		size_t prefix = strlen(s->prefix);
		if (len - i < prefix + s->min ||
		    memcmp(line + i, s->prefix, prefix) != 0 ||
		    (s->begins_word && !at_word_start(line, i)))
			continue;

		size_t start = i + prefix;
		size_t n = 0;
		while (
		    n < s->max && start + n < len && s->takes(line[start + n]))
			n++;
		/* A full stop at the end belongs to the sentence. */
		while (n > 0 && line[start + n - 1] == '.')
			n--;
		if (n >= s->min)
			return prefix + n;
	}
	return 0;
}

/* True if the line is one word that may be a key of a shape not known. */
static bool
is_key_word(const char *line, size_t len)
{
	if (len < WORD_MIN || len > WORD_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (line[i] < '!' || line[i] > '~' ||
		    memchr(",;\"'", line[i], 4) != NULL)
			return false;
	return true;
}

/* True if there is something on the line besides brackets and commas. */
static bool
says_something(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_alnum(line[i]) || (unsigned char)line[i] >= 0x80)
			return true;
	return false;
}

static void
trim(const char **line, size_t *len)
{
	while (*len > 0 && memchr(" \t\v\f", (*line)[0], 4) != NULL)
		(*line)++, (*len)--;
	while (*len > 0 && memchr(" \t\v\f", (*line)[*len - 1], 4) != NULL)
		(*len)--;
}

/* Where the findings go. */
struct sink {
	key_text_fn *fn;
	void *ctx;
	int line;
};

static bool
report(const struct sink *to, enum key_text_kind kind, const char *text,
    size_t len)
{
	struct buf copy;
	buf_init(&copy, WORD_MAX);

	/* What is too long to show ends between two characters. */
	if (len > WORD_MAX) {
		len = WORD_MAX;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	buf_add(&copy, text, len);
	bool go_on =
	    buf_ok(&copy) && to->fn(to->ctx, kind, buf_cstr(&copy), to->line);
	buf_clear(&copy);
	return go_on;
}

static bool
scan_line(const struct sink *to, const char *line, size_t len)
{
	bool found = false;
	trim(&line, &len);
	for (size_t i = 0; i < len;) {
		size_t n = key_at(line, len, i);
		if (n > 0 && !report(to, KEY_TEXT_KEY, line + i, n))
			return false;
		found = found || n > 0;
		i += n > 0 ? n : 1;
	}

	if (found || !says_something(line, len) || line[0] == '#')
		return true;
	return report(to, is_key_word(line, len) ? KEY_TEXT_KEY : KEY_TEXT_BAD,
	    line, len);
}

bool
key_text_scan(const char *text, size_t len, key_text_fn *fn, void *ctx)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct sink to = {fn, ctx, 0};

	/* A byte order mark is no part of the first line. */
	if (len >= 3 && memcmp(text, mark, 3) == 0)
		text += 3, len -= 3;

	for (const char *end = text + len; text < end;) {
		const char *stop = text;
		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		to.line++;
		if (!scan_line(&to, text, (size_t)(stop - text)))
			return false;

		/* \r\n is one end of a line, not two. */
		if (stop == end)
			break;
		bool pair =
		    end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
		text = stop + (pair ? 2 : 1);
	}
	return true;
}
