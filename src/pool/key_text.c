/* Finding keys in text that people paste. */
#include "pool/key_text.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/pattern.h"
#include "pool/key_table.h"

#define BLANKS " \t\v\f"

struct scan {
	const struct pattern *pattern;
	key_text_fn *fn;
	void *ctx;
	struct key_table table;
	struct buf plain; /* the line without its escapes */
	struct buf text;  /* of the finding */
	struct key_finding found;
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

static bool
is_name_char(char c)
{
	return is_alnum(c) || c == '_';
}

/* Characters that may be sent in a header field. */
static bool
is_sendable(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < '!' || text[i] > '~')
			return false;
	return true;
}

/* --- findings ------------------------------------------------------------ */

static bool
report(struct scan *s, const char *text, size_t len)
{
	struct key_finding *f = &s->found;
	/* What is too long to show ends between two characters. */
	if (len > KEY_TEXT_MAX) {
		len = KEY_TEXT_MAX;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	buf_reset(&s->text);
	buf_add(&s->text, text, len);
	f->text = buf_cstr(&s->text);
	for (size_t i = 0; i < KEY__ATTRIBUTES; i++)
		f->attribute[i] =
		    s->table.given[i] ? buf_cstr(&s->table.value[i]) : NULL;
	return buf_ok(&s->text) && s->fn(s->ctx, f);
}

static bool
report_bad(struct scan *s, const char *why, const char *text, size_t len)
{
	s->found.why = why;
	bool go_on = report(s, text, len);
	s->found.why = s->found.about = NULL;
	return go_on;
}

/* A key with what is behind it; first: the line begins with it. */
static bool
report_key(struct scan *s, const char *key, size_t len, const char *behind,
    size_t more, bool first)
{
	const char *why = key_table_read(&s->table, behind, more);
	if (why != NULL)
		s->found.about = key_attribute_name(s->table.last);
	else if (first && s->table.unknown > 0)
		why = N_("there is something of another name behind the key "
			 "than project, pool, weight, models, reserve or "
			 "note");
	else if (len < KEY_TEXT_MIN)
		why = N_("what the pattern finds is shorter than a key");
	else if (len > KEY_TEXT_MAX)
		why = N_("what the pattern finds is longer than a key");
	else if (!is_sendable(key, len))
		why = N_("what the pattern finds is not printable ASCII");
	return why == NULL ? report(s, key, len) : report_bad(s, why, key, len);
}

/* --- a line where the pattern finds nothing ------------------------------ */

/* A word as it is, without the quotes and the comma of a list. */
static void
strip(const char **word, size_t *len)
{
	while (*len > 0 && memchr(",;", (*word)[*len - 1], 2) != NULL)
		(*len)--;
	char quote = *len > 1 ? **word : '\0';
	if ((quote == '"' || quote == '\'') && (*word)[*len - 1] == quote)
		(*word)++, *len -= 2;
}

/* NAME=value; the = of base64 stand at the end. */
static bool
is_assignment(const char *word, size_t len)
{
	size_t n = 0;
	while (n < len && is_name_char(word[n]))
		n++;
	return n > 0 && n + 1 < len && word[n] == '=' && word[n + 1] != '=';
}

static bool
is_url(const char *word, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if (memcmp(word + i, "://", 3) == 0)
			return true;
	return false;
}

/* Why a word is no key of a shape not known, or NULL. */
static const char *
why_no_key(const char *word, size_t len)
{
	if (len < KEY_TEXT_MIN)
		return N_("there is no key, and the word is too short for one");
	if (len > KEY_TEXT_MAX)
		return N_("there is no key, and the word is too long for one");
	if (!is_sendable(word, len))
		return N_(
		    "there is no key, and the word is not printable ASCII");
	if (is_url(word, len))
		return N_("there is no key, but a URL");
	if (is_assignment(word, len))
		return N_("there is no key, but an assignment");
	for (size_t i = 0; i < len; i++)
		if (memchr(",;\"'", word[i], 4) != NULL)
			return N_("there is no key, and more than a word");
	return NULL;
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

/* The word that the line begins with may be a key, if there is nothing but
 * attributes behind it. */
static bool
scan_word(struct scan *s, const char *line, size_t len)
{
	const char *word = line;
	size_t n = 0;
	if (!says_something(line, len) || *line == '#')
		return true;
	while (n < len && !is_blank(line[n]))
		n++;
	const char *why = key_table_read(&s->table, line + n, len - n);
	if (s->table.others > 0)
		return report_bad(s, N_("there is no key"), line, len);
	if (why != NULL)
		s->found.about = key_attribute_name(s->table.last);
	strip(&word, &n);
	if (why == NULL)
		why = why_no_key(word, n);
	if (why != NULL)
		return report_bad(s, why, word, n);
	s->found.other_shape = true;
	bool go_on = report(s, word, n);
	s->found.other_shape = false;
	return go_on;
}

/* --- lines --------------------------------------------------------------- */

/* A copy of the line, with a NUL behind it, in which "\n" and the like of
 * quoted texts are blanks, so that their letters are no part of the word
 * behind. False if there is no memory for it. */
static bool
copy_line(struct scan *s, const char **line, size_t len)
{
	buf_reset(&s->plain);
	buf_add(&s->plain, *line, len);
	if (!buf_ok(&s->plain))
		return false;
	char *text = s->plain.data;
	*line = buf_cstr(&s->plain);
	char *escape = text == NULL ? NULL : memchr(text, '\\', len);
	for (; escape != NULL && escape + 1 < text + len;
	     escape = memchr(escape, '\\', (size_t)(text + len - escape))) {
		if (memchr("nrt\"\\/", escape[1], 6) != NULL)
			escape[0] = escape[1] = ' ';
		else
			escape++;
	}
	return true;
}

static void
trim(const char **line, size_t *len)
{
	while (*len > 0 && is_blank((*line)[0]))
		(*line)++, (*len)--;
	while (*len > 0 && is_blank((*line)[*len - 1]))
		(*len)--;
}

/* Does the line begin with a word of which the pattern finds only the front?
 * Then the word is the key: cut off, it would be none. Of another key that
 * follows without a blank the pattern knows the beginning. */
static bool
is_longer(const struct scan *s, const char *line, size_t len, size_t start,
    size_t size)
{
	size_t end = start + size, next, next_size;
	bool quoted = start == 1 && (*line == '"' || *line == '\'');
	return (start == 0 || quoted) && end < len &&
	    (is_name_char(line[end]) || line[end] == '-') &&
	    !pattern_find(s->pattern, line, len, end, &next, &next_size);
}

static bool
scan_line(struct scan *s, const char *line, size_t len)
{
	size_t start, size, next, next_size = 0;
	trim(&line, &len);
	if (len == 0)
		return true;
	if (!copy_line(s, &line, len))
		return false;
	if (!pattern_find(s->pattern, line, len, 0, &start, &size) ||
	    is_longer(s, line, len, start, size))
		return scan_word(s, line, len);

	for (bool first = start == 0, more = true; more; first = false) {
		size_t end = start + size;
		more =
		    pattern_find(s->pattern, line, len, end, &next, &next_size);
		if (!report_key(s, line + start, size, line + end,
			(more ? next : len) - end, first))
			return false;
		start = next;
		size = next_size;
	}
	return true;
}

static bool
scan_lines(struct scan *s, const char *text, size_t len)
{
	for (const char *end = text + len; text < end;) {
		const char *stop = text;
		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		s->found.line++;
		if (!scan_line(s, text, (size_t)(stop - text)))
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

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		crypt_wipe(b->data, b->cap);
	buf_clear(b);
}

bool
key_text_scan(const struct pattern *pattern, const char *text, size_t len,
    key_text_fn *fn, void *ctx)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct scan s = {.pattern = pattern, .fn = fn, .ctx = ctx};

	/* A byte order mark is no part of the first line. */
	if (len >= 3 && memcmp(text, mark, 3) == 0)
		text += 3, len -= 3;
	key_table_init(&s.table);
	buf_init(&s.plain, BUF_LARGE);
	buf_init(&s.text, KEY_TEXT_MAX);
	bool whole = scan_lines(&s, text, len);
	key_table_clear(&s.table);
	wipe(&s.plain);
	wipe(&s.text);
	return whole;
}
