/*
 * Names in the bytes of a body. It must miss nothing that Google's parser
 * takes: what it does not see is not kept from other tokens.
 */
#include <string.h>

#include "protocol/resource_name.h"

struct scan {
	const char *p, *end;
	struct resource_names *names;
	struct buf text; /* the last string or word */
};

/* Behind a comment, if one begins here. */
static bool
skip_comment(struct scan *s)
{
	size_t left = (size_t)(s->end - s->p);
	const char *stop = NULL;
	if (left < 2 || s->p[0] != '/' || (s->p[1] != '*' && s->p[1] != '/'))
		return false;
	if (s->p[1] == '/')
		stop = memchr(s->p, '\n', left);
	else if ((stop = memmem(s->p + 2, left - 2, "*/", 2)) != NULL)
		stop += 2;
	s->p = stop != NULL ? stop : s->end;
	return true;
}

static void
skip_white(struct scan *s)
{
	while (s->p < s->end) {
		if (*s->p != '\0' && strchr(" \t\r\n", *s->p) != NULL)
			s->p++;
		else if (!skip_comment(s))
			break;
	}
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* The letter of an escape whose backslash is behind p. Names have only plain
 * ones: for others any will do that is none. */
static char
read_escape(struct scan *s)
{
	char c = s->p < s->end ? *s->p++ : '?';
	if (c != 'u')
		return strchr("nrtbf", c) != NULL ? ' ' : c;
	unsigned value = 0;
	for (int i = 0; i < 4 && s->p < s->end; i++, s->p++) {
		int digit = hex_digit(*s->p);
		if (digit < 0)
			return '?';
		value = value * 16 + (unsigned)digit;
	}
	return value > 0 && value < 0x80 ? (char)value : '?';
}

/* Behind the quote that ends the string; what is in it goes to text as far as
 * there is room. */
static void
read_string(struct scan *s, char quote)
{
	const char *stop = s->p - 1;
	buf_reset(&s->text);
	for (;;) {
		if (stop < s->p)
			stop = memchr(s->p, quote, (size_t)(s->end - s->p));
		if (stop == NULL)
			stop = s->end;
		size_t len = (size_t)(stop - s->p);
		const char *escape = memchr(s->p, '\\', len);
		if (escape != NULL)
			len = (size_t)(escape - s->p);
		/* What does not fit is part of nobody's name. */
		size_t room = BUF_SMALL - 1 - s->text.len;
		buf_add(&s->text, s->p, len < room ? len : room);
		s->p += len;
		if (escape == NULL)
			break;
		s->p++;
		char c = read_escape(s);
		if (s->text.len < BUF_SMALL - 1)
			buf_byte(&s->text, c);
	}
	s->p += s->p < s->end;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* A string, or a word without quotes. False if there is neither. */
static bool
read_token(struct scan *s)
{
	const char *begin = s->p;
	if (*s->p == '"' || *s->p == '\'') {
		s->p++;
		read_string(s, *begin);
		return true;
	}
	while (s->p < s->end && is_word(*s->p))
		s->p++;
	buf_reset(&s->text);
	if (s->p - begin < 64)
		buf_add(&s->text, begin, (size_t)(s->p - begin));
	return s->p > begin;
}

/* The text behind the colon, or those of the list there. */
static void
take_values(struct scan *s, const char *member)
{
	skip_white(s);
	bool list = s->p < s->end && *s->p == '[';
	s->p += list;
	for (;;) {
		skip_white(s);
		if (s->p >= s->end || (*s->p != '"' && *s->p != '\''))
			return;
		(void)read_token(s);
		(void)resource_names_take(
		    s->names, member, buf_cstr(&s->text), s->text.len);
		skip_white(s);
		if (!list || s->p >= s->end || *s->p != ',')
			return;
		s->p++;
	}
}

void
resource_names_scan(struct resource_names *names, const char *body, size_t len)
{
	struct scan s = {.p = body, .end = body + len, .names = names};
	char member[64];
	buf_init(&s.text, BUF_SMALL);
	while (s.p < s.end) {
		skip_white(&s);
		if (s.p >= s.end)
			break;
		if (!read_token(&s)) {
			s.p++;
			continue;
		}
		skip_white(&s);
		if (s.p >= s.end || *s.p != ':' ||
		    s.text.len >= sizeof(member) ||
		    !resource_names_know(buf_cstr(&s.text)))
			continue;
		memcpy(member, buf_cstr(&s.text), s.text.len + 1);
		s.p++;
		take_values(&s, member);
	}
	buf_clear(&s.text);
}
