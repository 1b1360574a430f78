/* HTML templates: filling them with JSON values. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "web/template.h"
#include "web/template_parts.h"

struct json_object *
template_look_up(const struct template_filling *f, const char *name)
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

/* --- sections and partials ----------------------------------------------- */

static bool fill(struct template_filling *f, const struct template_file *t,
    size_t from, size_t to);

/* The depth of sections and partials is limited, and so is the stack. */
static bool
fill_in(struct template_filling *f, const struct template_file *t, size_t node,
    struct json_object *value)
{
	f->stack[f->depth++] = value;
	bool ok = fill(f, t, node + 1, template_node_at(t, node)->end);
	f->depth--;
	return ok;
}

static bool
fill_section(
    struct template_filling *f, const struct template_file *t, size_t node)
{
	struct json_object *value =
	    template_look_up(f, template_node_at(t, node)->text);
	if (!json_object_is_type(value, json_type_array))
		return !template_is_true(value) || fill_in(f, t, node, value);
	for (size_t i = 0; i < json_count(value); i++)
		if (!fill_in(f, t, node, json_at(value, i)))
			return false;
	return true;
}

static bool
fill_partial(struct template_filling *f, const struct template_file *t,
    const struct template_node *node)
{
	char name[TEMPLATE_MAX_NAME + 24];
	if (f->partials >= TEMPLATE_MAX_PARTIALS)
		return template_refuse(f->why, t, node->line,
		    "partials nest deeper than %d", TEMPLATE_MAX_PARTIALS);
	snprintf(name, sizeof(name), "partials/%s.html", node->text);
	const struct template_file *partial =
	    template_need(f->set, name, f->why);
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
fill(struct template_filling *f, const struct template_file *t, size_t from,
    size_t to)
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
			if (template_is_true(template_look_up(f, node->text)))
				i = node->end - 1;
			break;
		case TEMPLATE_PARTIAL:
			ok = fill_partial(f, t, node);
			break;
		case TEMPLATE_MESSAGE:
			template_fill_message(f, node);
			break;
		case TEMPLATE_TRANSLATED:
			template_fill_translated(f, node->text);
			break;
		case TEMPLATE_TIME:
		case TEMPLATE_SECONDS:
			template_fill_time(
			    f, node->text, node->kind == TEMPLATE_SECONDS);
			break;
		default:
			template_write(f->out, template_look_up(f, node->text),
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
	struct template_filling f = {
	    .set = set, .reader = reader, .out = out, .why = why};
	f.stack[f.depth++] = data;
	const struct template_file *t = template_need(set, name, why);
	bool ok = t != NULL && fill(&f, t, 0, template_count_nodes(t));
	if (!buf_ok(out))
		buf_fmt(why, "%s: the page is larger than %zu bytes", name,
		    out->max);
	return ok;
}
