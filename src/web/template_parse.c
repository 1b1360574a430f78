/* Parsing HTML templates into rows of nodes. */
#include "web/template_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct parser {
	struct template_file *t;
	char *at; /* what is not parsed yet */
	int line; /* of at */
	size_t open[TEMPLATE_MAX_NESTING];
	int depth;
	struct buf *why;
};

struct template_node *
template_node_at(const struct template_file *t, size_t i)
{
	return (struct template_node *)(void *)t->nodes.data + i;
}

size_t
template_count_nodes(const struct template_file *t)
{
	return t->nodes.len / sizeof(struct template_node);
}

bool
template_refuse(struct buf *why, const struct template_file *t, int line,
    const char *format, ...)
{
	char text[160];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_fmt(why, "%s line %d: %s", t->name, line, text);
	return false;
}

static void
add_node(
    struct parser *p, enum template_kind kind, const char *text, size_t len)
{
	struct template_node node = {
	    .kind = kind, .line = p->line, .text = text, .len = len};
	buf_add(&p->t->nodes, &node, sizeof(node));
}

static int
count_lines(const char *from, const char *to)
{
	int lines = 0;
	while (from < to && (from = memchr(from, '\n', (size_t)(to - from)))) {
		lines++;
		from++;
	}
	return lines;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What the characters behind the braces say. */
static enum template_kind
read_kind(char **name)
{
	static const struct {
		const char *mark;
		enum template_kind kind;
	} marks[] = {
	    {"#", TEMPLATE_SECTION},
	    {"^", TEMPLATE_INVERTED},
	    {"/", TEMPLATE_END},
	    {">", TEMPLATE_PARTIAL},
	    {"!", TEMPLATE_COMMENT},
	    {"raw html:", TEMPLATE_RAW},
	    {"_=", TEMPLATE_TRANSLATED},
	    {"_ ", TEMPLATE_MESSAGE},
	    {"@+", TEMPLATE_SECONDS},
	    {"@", TEMPLATE_TIME},
	};
	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		size_t len = strlen(marks[i].mark);
		if (strncmp(*name, marks[i].mark, len) == 0) {
			*name += len;
			return marks[i].kind;
		}
	}
	return TEMPLATE_VALUE;
}

/* Letters, digits, _; between them dots, where a value is meant. */
static bool
is_name(const char *name, enum template_kind kind)
{
	size_t len = strlen(name);
	bool dotted = kind != TEMPLATE_PARTIAL;
	if (dotted && strcmp(name, ".") == 0)
		return true;
	if (len == 0 || len > TEMPLATE_MAX_NAME || name[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];
		bool dot = dotted && c == '.' && i > 0 && name[i - 1] != '.';
		if (!dot && c != '_' && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

/* Tags that write nothing by themselves. */
static bool
has_own_line(enum template_kind kind)
{
	return kind == TEMPLATE_SECTION || kind == TEMPLATE_INVERTED ||
	    kind == TEMPLATE_END || kind == TEMPLATE_PARTIAL ||
	    kind == TEMPLATE_COMMENT;
}

/* Does the tag have its line for itself? Then text and rest are moved to the
 * line's start and behind its end. */
static void
take_line(const struct parser *p, char **text_end, char **rest)
{
	char *from = *text_end;
	char *to = *rest;
	while (from > p->at && is_blank(from[-1]))
		from--;
	bool starts = from == p->t->text || from[-1] == '\n';
	while (is_blank(*to))
		to++;
	if (to[0] == '\r' && to[1] == '\n')
		to++;
	if (!starts || (*to != '\n' && *to != '\0'))
		return;
	*text_end = from;
	*rest = *to == '\n' ? to + 1 : to;
}

static bool
close_section(struct parser *p, const char *name)
{
	struct template_node *open =
	    p->depth > 0 ? template_node_at(p->t, p->open[p->depth - 1]) : NULL;
	if (open == NULL)
		return template_refuse(
		    p->why, p->t, p->line, "{{/%s}} closes nothing", name);
	if (strcmp(open->text, name) != 0)
		return template_refuse(p->why, p->t, p->line,
		    "{{/%s}} closes {{#%s}} of line %d", name, open->text,
		    open->line);
	open->end = template_count_nodes(p->t);
	p->depth--;
	return true;
}

/* Line breaks in a message are blanks, and one is enough. */
static void
join_lines(char *text)
{
	char *to = text;
	for (char *c = text; *c != '\0'; c++) {
		bool blank = is_blank(*c) || *c == '\n' || *c == '\r';
		if (!blank)
			*to++ = *c;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
}

static bool
take_message(struct parser *p, char *text)
{
	join_lines(text);
	if (*text == '\0')
		return template_refuse(
		    p->why, p->t, p->line, "{{_ }} says nothing");
	char *many = strchr(text, '|');
	if (many != NULL)
		*many++ = '\0';
	add_node(p, TEMPLATE_MESSAGE, text,
	    many == NULL ? 0 : (size_t)(many - text));
	return true;
}

static bool
take_tag(struct parser *p, enum template_kind kind, char *name)
{
	if (kind == TEMPLATE_COMMENT)
		return true;
	if (kind == TEMPLATE_MESSAGE)
		return take_message(p, name);
	if (!is_name(name, kind))
		return template_refuse(p->why, p->t, p->line,
		    "{{%s}} names nothing%s", name,
		    *name == '{' ? "; there is {{raw html:name}}" : "");
	if (kind == TEMPLATE_END)
		return close_section(p, name);
	if (kind == TEMPLATE_SECTION || kind == TEMPLATE_INVERTED) {
		if (p->depth >= TEMPLATE_MAX_NESTING)
			return template_refuse(p->why, p->t, p->line,
			    "sections nest deeper than %d",
			    TEMPLATE_MAX_NESTING);
		p->open[p->depth++] = template_count_nodes(p->t);
	}
	add_node(p, kind, name, strlen(name));
	return true;
}

/* The text up to the tag, and the tag. */
static bool
parse_tag(struct parser *p, char *tag)
{
	char *name = tag + 2;
	char *text_end = tag;
	p->line += count_lines(p->at, tag);
	enum template_kind kind = read_kind(&name);
	char *end = strstr(name, "}}");
	if (end == NULL ||
	    (kind != TEMPLATE_COMMENT && kind != TEMPLATE_MESSAGE &&
		memchr(name, '\n', (size_t)(end - name))))
		return template_refuse(
		    p->why, p->t, p->line, "a tag is not closed");
	char *rest = end + 2;
	if (has_own_line(kind))
		take_line(p, &text_end, &rest);
	int lines = count_lines(tag, rest);

	/* The name ends with a NUL where its braces were. */
	while (is_blank(*name))
		name++;
	while (end > name && is_blank(end[-1]))
		end--;
	*end = '\0';
	if (text_end > p->at)
		add_node(p, TEMPLATE_TEXT, p->at, (size_t)(text_end - p->at));
	if (!take_tag(p, kind, name))
		return false;
	p->line += lines;
	p->at = rest;
	return true;
}

bool
template_parse(struct template_file *t, struct buf *why)
{
	struct parser p = {.t = t, .at = t->text, .line = 1, .why = why};
	char *tag;
	while ((tag = strstr(p.at, "{{")) != NULL && buf_ok(&t->nodes))
		if (!parse_tag(&p, tag))
			return false;
	add_node(&p, TEMPLATE_TEXT, p.at, strlen(p.at));
	if (!buf_ok(&t->nodes))
		return template_refuse(
		    why, t, p.line, "there are too many tags");
	if (p.depth == 0)
		return true;
	const struct template_node *open =
	    template_node_at(t, p.open[p.depth - 1]);
	return template_refuse(
	    why, t, open->line, "{{#%s}} is not closed", open->text);
}
