/* Reading a .env file the way python-dotenv does. */
#include "base/dotenv.h"

#include <string.h>

#include "base/text.h"

struct reader {
	const char *p, *end;
	int line; /* of p, from 1 */
	struct buf name, value;
	const char *problem; /* why the statement is malformed */
};

static bool
is_eol(char c)
{
	return c == '\n' || c == '\r';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/* Go behind one byte, counting lines; CR LF is one end of line. */
static void
step(struct reader *r)
{
	char c = *r->p++;
	bool crlf = c == '\r' && r->p < r->end && *r->p == '\n';
	if (is_eol(c) && !crlf)
		r->line++;
}

static void
skip_blanks(struct reader *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

static void
skip_line(struct reader *r)
{
	while (r->p < r->end && !is_eol(*r->p))
		r->p++;
}

static bool
starts(const struct reader *r, const char *text)
{
	size_t len = strlen(text);
	return (size_t)(r->end - r->p) >= len && memcmp(r->p, text, len) == 0;
}

/* What a backslash and c stand for between such quotes; 0 if both stay. */
static char
escape(char quote, char c)
{
	static const char letters[] = "\\'\"abfnrtv";
	static const char bytes[] = "\\'\"\a\b\f\n\r\t\v";
	if (quote == '\'')
		return c == '\\' || c == '\'' ? c : '\0';
	const char *at = c == '\0' ? NULL : strchr(letters, c);
	return at == NULL ? '\0' : bytes[at - letters];
}

/* From the opening to the closing quote, over several lines if need be. */
static bool
read_quoted(struct reader *r, struct buf *out)
{
	char quote = *r->p++;
	while (r->p < r->end && *r->p != quote) {
		char plain = *r->p == '\\' && r->end - r->p > 1
		    ? escape(quote, r->p[1])
		    : '\0';
		if (plain != '\0') {
			r->p++;
			buf_byte(out, plain);
		} else
			buf_byte(out, *r->p);
		step(r);
	}
	if (r->p == r->end) {
		r->problem = "a quote is not closed";
		return false;
	}
	r->p++;
	return true;
}

/* Up to the end of the line or a # after a blank, without blanks around. */
static void
read_plain(struct reader *r)
{
	const char *start = r->p;
	skip_line(r);
	const char *end = start;
	for (const char *p = start; p < r->p; p++) {
		if (*p == '#' && p > start && is_blank(p[-1]))
			break;
		if (!is_blank(*p))
			end = p + 1;
	}
	buf_add(&r->value, start, (size_t)(end - start));
}

static bool
read_name(struct reader *r)
{
	if (starts(r, "export") && r->end - r->p > 6 && is_blank(r->p[6])) {
		r->p += 6;
		skip_blanks(r);
	}
	bool quoted = r->p < r->end && *r->p == '\'';
	if (quoted)
		r->p++;
	const char *start = r->p;
	while (r->p < r->end && !is_eol(*r->p) &&
	    (quoted ? *r->p != '\''
		    : *r->p != '=' && *r->p != '#' && !is_blank(*r->p)))
		r->p++;
	buf_add(&r->name, start, (size_t)(r->p - start));
	if (quoted && (r->p == r->end || is_eol(*r->p))) {
		r->problem = "a quote is not closed";
		return false;
	}
	r->p += quoted;
	skip_blanks(r);
	if (r->p == r->end || *r->p != '=')
		r->problem = "it has no = behind a name";
	else if (r->name.len == 0)
		r->problem = "there is no name before the =";
	return r->problem == NULL;
}

/* NAME=value and a comment, up to the end of the line. */
static bool
read_statement(struct reader *r)
{
	if (!read_name(r))
		return false;
	r->p++;
	skip_blanks(r);
	if (r->p == r->end || (*r->p != '\'' && *r->p != '"')) {
		read_plain(r);
		return true;
	}
	if (!read_quoted(r, &r->value))
		return false;
	skip_blanks(r);
	if (r->p < r->end && *r->p == '#')
		skip_line(r);
	if (r->p < r->end && !is_eol(*r->p))
		r->problem = "there is text behind the closing quote";
	return r->problem == NULL;
}

/* What C text and the database could not hold. */
static bool
is_text(struct reader *r)
{
	const struct buf *parts[] = {&r->name, &r->value};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		const char *text = buf_cstr(parts[i]);
		if (!buf_ok(parts[i]))
			r->problem = "it is too long";
		else if (strlen(text) != parts[i]->len)
			r->problem = "it holds a NUL byte";
		else if (!text_is_utf8(text, parts[i]->len))
			r->problem = "it is not valid UTF-8";
	}
	return r->problem == NULL;
}

bool
dotenv_parse(
    const char *text, size_t len, dotenv_fn *fn, void *ctx, struct buf *why)
{
	struct reader r = {.p = text, .end = text + len, .line = 1};
	buf_init(&r.name, BUF_SMALL);
	buf_init(&r.value, BUF_LARGE);
	if (starts(&r, "\xef\xbb\xbf"))
		r.p += 3;

	bool ok = true;
	while (ok && r.p < r.end) {
		if (is_blank(*r.p) || is_eol(*r.p)) {
			step(&r);
			continue;
		}
		if (*r.p == '#') {
			skip_line(&r);
			continue;
		}
		int line = r.line;
		buf_reset(&r.name);
		buf_reset(&r.value);
		if (read_statement(&r) && is_text(&r))
			ok = fn(
			    ctx, buf_cstr(&r.name), buf_cstr(&r.value), line);
		else {
			buf_fmt(why, "line %d: %s", line, r.problem);
			ok = false;
		}
	}
	buf_clear(&r.value);
	buf_clear(&r.name);
	return ok;
}

/* Nothing in it means anything to anybody who reads such files. */
static bool
is_bare(const char *value)
{
	static const char bare[] = "0123456789"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "_-./:+,@%";
	return value[strspn(value, bare)] == '\0';
}

void
dotenv_write(struct buf *out, const char *name, const char *value)
{
	buf_fmt(out, "%s=", name);
	if (is_bare(value)) {
		buf_fmt(out, "%s\n", value);
		return;
	}
	buf_byte(out, '\'');
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			buf_byte(out, '\\');
		buf_byte(out, *value);
	}
	buf_str(out, "'\n");
}
