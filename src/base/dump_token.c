/* The words of a MySQL dump. */
#include "base/dump_token.h"

#include <string.h>
#include <strings.h>

/* What is kept of names and words; no server has longer names. */
#define NAME_MAX_BYTES 256

/* --- tokens -------------------------------------------------------------- */

static size_t
kept(const struct dump_lexer *l)
{
	return l->keep > NAME_MAX_BYTES ? l->keep : NAME_MAX_BYTES;
}

static void
keep_byte(struct dump_lexer *l, char c)
{
	if (l->text.len < kept(l))
		buf_byte(&l->text, c);
	else
		l->token.cut = true;
}

static void
begin(struct dump_lexer *l, enum dump_kind kind, char sign)
{
	buf_reset(&l->text);
	l->token =
	    (struct dump_token){.kind = kind, .sign = sign, .line = l->line};
}

static bool between(struct dump_lexer *l, char c);

/* The token is whole; false if nobody wants more. */
static bool
finish(struct dump_lexer *l)
{
	l->token.text = buf_cstr(&l->text);
	l->token.len = l->text.len;
	l->token.cut = l->token.cut || !buf_ok(&l->text);
	l->state = between;
	if (l->token.kind != DUMP_REMARK)
		l->begun = l->token.kind != DUMP_END;
	return l->fn(l->ctx, &l->token);
}

/* --- comments ------------------------------------------------------------ */

static bool
in_remark(struct dump_lexer *l, char c)
{
	if (c == '\n')
		return finish(l);
	if (c != '\r')
		keep_byte(l, c);
	return true;
}

static bool
begin_remark(struct dump_lexer *l)
{
	begin(l, DUMP_REMARK, '\0');
	l->state = in_remark;
	return true;
}

static bool in_comment(struct dump_lexer *l, char c);

static bool
after_star(struct dump_lexer *l, char c)
{
	if (c == '/')
		l->state = between;
	else if (c != '*')
		l->state = in_comment;
	return true;
}

static bool
in_comment(struct dump_lexer *l, char c)
{
	if (c == '*')
		l->state = after_star;
	return true;
}

/* It was a sign. */
static bool
after_slash(struct dump_lexer *l, char c)
{
	if (c == '*') {
		l->state = in_comment;
		return true;
	}
	return finish(l) && l->state(l, c);
}

/* --- routines ------------------------------------------------------------ */

/* Behind DELIMITER: up to a line that has it with a semicolon nothing is
 * ours. */
static bool
in_routines(struct dump_lexer *l, char c)
{
	static const char usual[] = "DELIMITER ;";
	if (c != '\n' && c != '\r') {
		keep_byte(l, c);
		return true;
	}
	if (strcasecmp(buf_cstr(&l->text), usual) == 0) {
		l->state = between;
		l->begun = false;
	}
	begin(l, DUMP_WORD, '\0');
	return true;
}

/* The rest of that line says which. */
static bool
after_delimiter(struct dump_lexer *l, char c)
{
	if (c != '\n' && c != '\r') {
		keep_byte(l, c);
		return true;
	}
	l->state =
	    strcmp(buf_cstr(&l->text), " ;") == 0 ? between : in_routines;
	begin(l, DUMP_WORD, '\0');
	return true;
}

/* --- words --------------------------------------------------------------- */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_number(const struct dump_lexer *l)
{
	char first = *buf_cstr(&l->text);
	return (first >= '0' && first <= '9') || first == '-';
}

static bool
in_word(struct dump_lexer *l, char c)
{
	if (is_word(c) ||
	    (is_number(l) && (c == '.' || c == '+' || c == '-'))) {
		keep_byte(l, c);
		return true;
	}
	if (!l->begun && strcasecmp(buf_cstr(&l->text), "DELIMITER") == 0) {
		begin(l, DUMP_WORD, '\0');
		l->state = after_delimiter;
		return l->state(l, c);
	}
	return finish(l) && l->state(l, c);
}

static bool
begin_word(struct dump_lexer *l, char c)
{
	begin(l, DUMP_WORD, '\0');
	keep_byte(l, c);
	l->state = in_word;
	return true;
}

static bool
after_dash(struct dump_lexer *l, char c)
{
	if (c == '-')
		return begin_remark(l);
	return in_word(l, c);
}

/* --- quotes -------------------------------------------------------------- */

static bool in_quotes(struct dump_lexer *l, char c);

static bool
after_backslash(struct dump_lexer *l, char c)
{
	static const char from[] = "0bnrtZ", to[] = "\0\b\n\r\t\x1a";
	const char *at = c == '\0' ? NULL : strchr(from, c);
	if (c == '%' || c == '_')
		keep_byte(l, '\\');
	keep_byte(l, at == NULL ? c : to[at - from]);
	l->state = in_quotes;
	return true;
}

/* Twice it is one of the text. */
static bool
after_quote(struct dump_lexer *l, char c)
{
	if (c == l->token.sign) {
		keep_byte(l, c);
		l->state = in_quotes;
		return true;
	}
	return finish(l) && l->state(l, c);
}

static bool
in_quotes(struct dump_lexer *l, char c)
{
	if (c == l->token.sign)
		l->state = after_quote;
	else if (c == '\\' && l->token.kind == DUMP_STRING)
		l->state = after_backslash;
	else
		keep_byte(l, c);
	return true;
}

/* Most of a dump is text that nobody wants: how much of this is neither the end
 * of a string nor the end of a line. */
static size_t
plain_run(const struct dump_lexer *l, const char *bytes, size_t len)
{
	size_t n = 0;
	if (l->state != in_quotes || l->token.kind != DUMP_STRING ||
	    l->text.len < kept(l))
		return 0;
	while (n < len && bytes[n] != l->token.sign && bytes[n] != '\\' &&
	    bytes[n] != '\n')
		n++;
	return n;
}

/* --- all ----------------------------------------------------------------- */

static bool
between(struct dump_lexer *l, char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return true;
	case '#':
		return begin_remark(l);
	case '\'':
	case '"':
	case '`':
		begin(l, c == '`' ? DUMP_NAME : DUMP_STRING, c);
		l->state = in_quotes;
		return true;
	case '-':
		begin_word(l, c);
		l->state = after_dash;
		return true;
	default:
		break;
	}
	if (is_word(c))
		return begin_word(l, c);
	begin(l, c == ';' ? DUMP_END : DUMP_SIGN, c);
	if (c != '/')
		return finish(l);
	l->state = after_slash;
	return true;
}

void
dump_lexer_init(struct dump_lexer *l, dump_token_fn *fn, void *ctx)
{
	*l = (struct dump_lexer){
	    .fn = fn, .ctx = ctx, .state = between, .line = 1};
	buf_init(&l->text, BUF_LARGE);
}

void
dump_lexer_clear(struct dump_lexer *l)
{
	buf_clear(&l->text);
}

bool
dump_lexer_feed(struct dump_lexer *l, const char *bytes, size_t len)
{
	size_t i = 0;
	while (i < len) {
		size_t run = plain_run(l, bytes + i, len - i);
		i += run;
		l->token.cut = l->token.cut || run > 0;
		if (i == len)
			break;
		char c = bytes[i++];
		if (!l->state(l, c))
			return false;
		l->line += c == '\n';
	}
	return true;
}

enum dump_lexer_end
dump_lexer_end(struct dump_lexer *l)
{
	if (l->state == in_routines || l->state == after_delimiter)
		return DUMP_LEXER_DONE;
	/* It ends what need not have an end of its own. */
	if (!l->state(l, '\n'))
		return DUMP_LEXER_STOPPED;
	return l->state == between ? DUMP_LEXER_DONE : DUMP_LEXER_OPEN;
}
