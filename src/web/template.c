/* HTML templates: keeping them, and filling them with JSON values. */
#include "web/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "web/template_parts.h"

#define MAX_PARTIALS 8
#define MAX_FILE ((size_t)1024 * 1024)

struct template_set {
	char *dir;
	struct template_file *first;
};

/* --- the set ------------------------------------------------------------- */

static char *
copy(const char *text, size_t len)
{
	char *bytes = strndup(text, len);
	if (bytes == NULL)
		abort();
	return bytes;
}

struct template_set *
template_set_new(const char *dir)
{
	struct template_set *set = calloc(1, sizeof(*set));
	if (set == NULL)
		abort();
	set->dir = dir == NULL ? NULL : copy(dir, strlen(dir));
	return set;
}

static void
free_template(struct template_file *t)
{
	free(t->name);
	free(t->text);
	buf_clear(&t->nodes);
	free(t);
}

void
template_set_free(struct template_set *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL) {
		struct template_file *t = set->first;
		set->first = t->next;
		free_template(t);
	}
	free(set->dir);
	free(set);
}

bool
template_add(struct template_set *set, const char *name, const char *text,
    size_t len, struct buf *why)
{
	struct template_file *t = calloc(1, sizeof(*t));
	if (t == NULL)
		abort();
	t->name = copy(name, strlen(name));
	t->text = copy(text, len);
	buf_init(&t->nodes, BUF_LARGE);
	bool ok = strlen(t->text) == len && text_is_utf8(text, len)
	    ? template_parse(t, why)
	    : template_refuse(why, t, 1, "the file is not UTF-8 text");
	if (!ok) {
		free_template(t);
		return false;
	}
	t->next = set->first;
	set->first = t;
	return true;
}

static const struct template_file *
find(const struct template_set *set, const char *name)
{
	const struct template_file *t = set->first;
	while (t != NULL && strcmp(t->name, name) != 0)
		t = t->next;
	return t;
}

/* The template of that name, read now if it was not yet. */
static const struct template_file *
need(struct template_set *set, const char *name, struct buf *why)
{
	const struct template_file *t = find(set, name);
	if (t != NULL)
		return t;
	if (set->dir == NULL) {
		buf_fmt(why, "there is no template %s", name);
		return NULL;
	}
	struct buf path, text;
	buf_init(&path, BUF_SMALL);
	buf_init(&text, MAX_FILE);
	buf_fmt(&path, "%s/%s", set->dir, name);
	if (file_read(buf_cstr(&path), &text, why) &&
	    template_add(set, name, buf_cstr(&text), text.len, why))
		t = set->first;
	buf_clear(&path);
	buf_clear(&text);
	return t;
}

/* --- filling ------------------------------------------------------------- */

/* The values whose sections are open, the innermost last. */
#define MAX_STACK (1 + TEMPLATE_MAX_NESTING * (MAX_PARTIALS + 1))

struct filling {
	struct template_set *set;
	struct json_object *stack[MAX_STACK];
	size_t depth;
	int partials;
	const struct template_reader *reader;
	struct buf *out, *why;
};

static struct json_object *
look_up(const struct filling *f, const char *name)
{
	struct json_object *value = NULL;
	if (strcmp(name, ".") == 0)
		return f->stack[f->depth - 1];

	/* The first part from the inside out; a null inside is an answer. */
	char part[TEMPLATE_MAX_NAME + 1] = "";
	size_t len = strcspn(name, ".");
	memcpy(part, name, len);
	for (size_t i = f->depth; i > 0; i--)
		if (json_object_is_type(f->stack[i - 1], json_type_object) &&
		    json_object_object_get_ex(f->stack[i - 1], part, &value))
			break;
	for (name += len; *name == '.' && value != NULL; name += len) {
		len = strcspn(++name, ".");
		memcpy(part, name, len);
		part[len] = '\0';
		value = json_get(value, part);
	}
	return value;
}

static bool
is_true(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return false;
	case json_type_boolean:
		return json_object_get_boolean(value);
	case json_type_int:
	case json_type_double:
		return json_object_get_double(value) != 0;
	case json_type_string:
		return json_object_get_string_len(value) > 0;
	case json_type_array:
		return json_count(value) > 0;
	default:
		return true;
	}
}

/* How HTML writes a byte that it cannot hold as it is; NULL: it can. */
static const char *
escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return c < ' ' || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

static void
write_escaped(struct buf *out, const char *text, size_t len)
{
	size_t done = 0;
	for (size_t i = 0; i < len; i++) {
		const char *escape = escape_of((unsigned char)text[i]);
		if (escape == NULL)
			continue;
		buf_add(out, text + done, i - done);
		buf_str(out, escape);
		done = i + 1;
	}
	buf_add(out, text + done, len - done);
}

static void
write_value(struct buf *out, struct json_object *value, bool raw)
{
	enum json_type type = json_object_get_type(value);
	if (type == json_type_null || type == json_type_object ||
	    type == json_type_array)
		return;
	const char *text = json_object_get_string(value);
	size_t len = type == json_type_string
	    ? (size_t)json_object_get_string_len(value)
	    : strlen(text);
	if (raw)
		buf_add(out, text, len);
	else
		write_escaped(out, text, len);
}

/* --- messages and times -------------------------------------------------- */

static bool
is_name_letter(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* The value of $name, a part of which may stand behind a dot; *text is moved
 * behind it. */
static struct json_object *
look_up_placeholder(const struct filling *f, const char **text)
{
	char name[TEMPLATE_MAX_NAME + 1];
	size_t len = 0;
	const char *from = *text;
	while (len < TEMPLATE_MAX_NAME &&
	    (is_name_letter(from[len]) ||
		(from[len] == '.' && len > 0 && is_name_letter(from[len + 1]))))
		len++;
	memcpy(name, from, len);
	name[len] = '\0';
	*text = from + len;
	return len == 0 ? NULL : look_up(f, name);
}

static void
write_message(const struct filling *f, const char *text)
{
	const char *dollar;
	while ((dollar = strchr(text, '$')) != NULL) {
		buf_add(f->out, text, (size_t)(dollar - text));
		text = dollar + 1;
		if (*text == '$') {
			buf_byte(f->out, '$');
			text++;
		} else {
			write_value(
			    f->out, look_up_placeholder(f, &text), false);
		}
	}
	buf_str(f->out, text);
}

/* The number that the form goes by: that of the first placeholder. It may be
 * written like 1,234. */
static int64_t
deciding_number(const struct filling *f, const char *text)
{
	struct json_object *value = NULL;
	const char *dollar = strchr(text, '$');
	if (dollar != NULL) {
		text = dollar + 1;
		value = look_up_placeholder(f, &text);
	}
	if (!json_object_is_type(value, json_type_string))
		return json_object_get_int64(value);
	int64_t number = 0;
	for (const char *c = json_object_get_string(value); *c != '\0'; c++)
		if (*c >= '0' && *c <= '9' && number < INT64_MAX / 10 - 9)
			number = number * 10 + (*c - '0');
	return number;
}

static const char *
translate(const struct filling *f, const char *one, const char *many, int64_t n)
{
	if (f->reader != NULL)
		return f->reader->say(f->reader->ctx, one, many, n);
	return many == NULL || n == 1 ? one : many;
}

static void
fill_message(const struct filling *f, const struct template_node *node)
{
	const char *one = node->text;
	const char *many = node->len == 0 ? NULL : one + node->len;
	int64_t n = many == NULL ? 0 : deciding_number(f, many);
	write_message(f, translate(f, one, many, n));
}

static void
fill_translated(const struct filling *f, const char *name)
{
	struct json_object *value = look_up(f, name);
	if (!json_object_is_type(value, json_type_string)) {
		write_value(f->out, value, false);
		return;
	}
	const char *text = translate(f, json_object_get_string(value), NULL, 0);
	write_escaped(f->out, text, strlen(text));
}

static void
fill_time(const struct filling *f, const char *name)
{
	struct json_object *value = look_up(f, name);
	struct buf text;
	if (!json_object_is_type(value, json_type_string) || !is_true(value))
		return;
	buf_init(&text, BUF_SMALL);
	if (f->reader != NULL)
		f->reader->tell_time(
		    f->reader->ctx, json_object_get_string(value), &text);
	else
		buf_str(&text, json_object_get_string(value));
	buf_str(f->out, "<time datetime=\"");
	write_value(f->out, value, false);
	buf_str(f->out, "\">");
	write_escaped(f->out, buf_cstr(&text), text.len);
	buf_str(f->out, "</time>");
	buf_clear(&text);
}

/* --- sections and partials ----------------------------------------------- */

static bool fill(
    struct filling *f, const struct template_file *t, size_t from, size_t to);

/* The depth of sections and partials is limited, and so is the stack. */
static bool
fill_in(struct filling *f, const struct template_file *t, size_t node,
    struct json_object *value)
{
	f->stack[f->depth++] = value;
	bool ok = fill(f, t, node + 1, template_node_at(t, node)->end);
	f->depth--;
	return ok;
}

static bool
fill_section(struct filling *f, const struct template_file *t, size_t node)
{
	struct json_object *value = look_up(f, template_node_at(t, node)->text);
	if (!json_object_is_type(value, json_type_array))
		return !is_true(value) || fill_in(f, t, node, value);
	for (size_t i = 0; i < json_count(value); i++)
		if (!fill_in(f, t, node, json_at(value, i)))
			return false;
	return true;
}

static bool
fill_partial(struct filling *f, const struct template_file *t,
    const struct template_node *node)
{
	char name[TEMPLATE_MAX_NAME + 24];
	if (f->partials >= MAX_PARTIALS)
		return template_refuse(f->why, t, node->line,
		    "partials nest deeper than %d", MAX_PARTIALS);
	snprintf(name, sizeof(name), "partials/%s.html", node->text);
	const struct template_file *partial = need(f->set, name, f->why);
	if (partial == NULL) {
		buf_str(f->why, ", for ");
		return template_refuse(
		    f->why, t, node->line, "{{>%s}}", node->text);
	}
	f->partials++;
	bool ok = fill(f, partial, 0, template_count_nodes(partial));
	f->partials--;
	return ok;
}

static bool
fill(struct filling *f, const struct template_file *t, size_t from, size_t to)
{
	bool ok = true;
	for (size_t i = from; i < to && ok; i++) {
		const struct template_node *node = template_node_at(t, i);
		switch (node->kind) {
		case TEMPLATE_TEXT:
			buf_add(f->out, node->text, node->len);
			break;
		case TEMPLATE_SECTION:
			ok = fill_section(f, t, i);
			i = node->end - 1;
			break;
		case TEMPLATE_INVERTED:
			if (is_true(look_up(f, node->text)))
				i = node->end - 1;
			break;
		case TEMPLATE_PARTIAL:
			ok = fill_partial(f, t, node);
			break;
		case TEMPLATE_MESSAGE:
			fill_message(f, node);
			break;
		case TEMPLATE_TRANSLATED:
			fill_translated(f, node->text);
			break;
		case TEMPLATE_TIME:
			fill_time(f, node->text);
			break;
		default:
			write_value(f->out, look_up(f, node->text),
			    node->kind == TEMPLATE_RAW);
		}
		ok = ok && buf_ok(f->out);
	}
	return ok;
}

bool
template_render(struct template_set *set, const char *name,
    struct json_object *data, const struct template_reader *reader,
    struct buf *out, struct buf *why)
{
	struct filling f = {
	    .set = set, .reader = reader, .out = out, .why = why};
	f.stack[f.depth++] = data;
	const struct template_file *t = need(set, name, why);
	bool ok = t != NULL && fill(&f, t, 0, template_count_nodes(t));
	if (!buf_ok(out))
		buf_fmt(why, "%s: the page is larger than %zu bytes", name,
		    out->max);
	return ok;
}
