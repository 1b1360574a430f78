/* The form above the list of keys. */
#include "admin/key_form.h"

#include <stdio.h>
#include <string.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "web/query.h"

struct choice {
	const char *value, *label;
};

static const struct choice states[] = {
    {"", N_("all but removed")},
    {"active", N_("ready and resting")},
    {"ready", N_("ready")},
    {"resting", N_("resting")},
    {"disabled", N_("disabled")},
    {"removed", N_("removed")},
};

static const struct choice pools[] = {
    {"", N_("all")},
    {"gemini", N_("gemini")},
    {"paid", N_("paid")},
    {"vertex", N_("vertex")},
};

static const struct choice model_is[] = {
    {"", N_("may serve it")},
    {"rests", N_("rests for it")},
};

/* The names of orders; each of them may have a - before it. The first one is
 * the usual. */
static const struct choice sorts[] = {
    {"number", N_("number")},
    {"-number", N_("number, the last first")},
    {"state", N_("state")},
    {"-last_use", N_("last use, the last first")},
    {"last_use", N_("last use, the longest ago first")},
    {"-faults", N_("most faults")},
    {"-uses", N_("most uses")},
    {"uses", N_("fewest uses")},
    {"project", N_("project")},
    {"-added", N_("added, the last first")},
};

/* The columns whose heads are links, and which way the first click goes. */
static const struct {
	const char *name;
	bool down;
} columns[] = {
    {"number", false},
    {"state", false},
    {"last_use", true},
    {"faults", true},
    {"uses", true},
    {"project", false},
    {"added", true},
};

static const struct choice sizes[] = {
    {"10", "10"},
    {"20", "20"},
    {"50", "50"},
    {"100", "100"},
    {"500", "500"},
};
#define USUAL_SIZE 50

struct key_form_order
key_form_order(const char *query)
{
	struct key_form_order order = {columns[0].name, false, USUAL_SIZE};
	struct buf value;
	buf_init(&value, BUF_SMALL);
	if (query_get(query, "sort", &value)) {
		const char *name = buf_cstr(&value);
		bool down = *name == '-';
		for (size_t i = 0; i < COUNT_OF(columns); i++)
			if (strcmp(name + down, columns[i].name) == 0) {
				order.sort = columns[i].name;
				order.down = down;
			}
	}
	buf_reset(&value);
	if (query_get(query, "size", &value))
		for (size_t i = 0; i < COUNT_OF(sizes); i++)
			if (strcmp(buf_cstr(&value), sizes[i].value) == 0 &&
			    !text_to_int(sizes[i].value, 1, 500, &order.size))
				order.size = USUAL_SIZE;
	buf_clear(&value);
	return order;
}

/* "-uses" */
static void
write_sort(struct buf *out, const char *name, bool down)
{
	buf_fmt(out, "%s%s", down ? "-" : "", name);
}

void
key_form_order_write(const struct key_form_order *order, struct buf *query)
{
	struct buf sort;
	char size[24];
	buf_init(&sort, BUF_SMALL);
	write_sort(&sort, order->sort, order->down);
	if (strcmp(buf_cstr(&sort), sorts[0].value) != 0)
		query_add(query, "sort", buf_cstr(&sort));
	snprintf(size, sizeof(size), "%d", (int)order->size);
	if (order->size != USUAL_SIZE)
		query_add(query, "size", size);
	buf_clear(&sort);
}

/* [{value, label, selected}] */
static void
add_choices(struct json_object *data, const char *name,
    const struct choice *choices, size_t n, const char *value)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", choices[i].value);
		json_set_text(o, "label", choices[i].label);
		json_set_bool(
		    o, "selected", strcmp(choices[i].value, value) == 0);
		json_object_array_add(list, o);
	}
	json_set(data, name, list);
}

/* columns: {NAME: {href, aria}} */
static void
add_columns(struct json_object *data, const char *filter,
    const struct key_form_order *order)
{
	struct json_object *heads = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		struct json_object *head = json_object_new_object();
		bool here = order->sort == columns[i].name;
		struct key_form_order to = {columns[i].name,
		    here ? !order->down : columns[i].down, order->size};
		struct buf query;
		buf_init(&query, BUF_SMALL);
		buf_str(&query, filter);
		key_form_order_write(&to, &query);
		json_set_text(head, "query", buf_cstr(&query));
		if (here)
			json_set_text(head, "aria",
			    order->down ? "descending" : "ascending");
		json_set(heads, columns[i].name, head);
		buf_clear(&query);
	}
	json_set(data, "columns", heads);
}

static void
add_field(struct json_object *form, const char *filter, const char *name)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	if (query_get(filter, name, &value))
		json_set_text(form, name, buf_cstr(&value));
	buf_clear(&value);
}

void
key_form_add(struct json_object *data, const char *filter,
    const struct key_form_order *order)
{
	static const char *const texts[] = {
	    "q", "hash", "project", "faults", "code", "model"};
	struct json_object *form = json_object_new_object();
	struct buf value;
	buf_init(&value, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		add_field(form, filter, texts[i]);
	query_get(filter, "state", &value);
	add_choices(form, "states", states, COUNT_OF(states), buf_cstr(&value));
	buf_reset(&value);
	query_get(filter, "pool", &value);
	add_choices(form, "pools", pools, COUNT_OF(pools), buf_cstr(&value));
	buf_reset(&value);
	query_get(filter, "model_is", &value);
	add_choices(
	    form, "model_is", model_is, COUNT_OF(model_is), buf_cstr(&value));
	buf_reset(&value);
	write_sort(&value, order->sort, order->down);
	add_choices(form, "sorts", sorts, COUNT_OF(sorts), buf_cstr(&value));
	buf_reset(&value);
	buf_fmt(&value, "%d", (int)order->size);
	add_choices(form, "sizes", sizes, COUNT_OF(sizes), buf_cstr(&value));
	json_set_bool(form, "more",
	    json_get(form, "project") != NULL ||
		json_get(form, "faults") != NULL ||
		json_get(form, "code") != NULL ||
		json_get(form, "model") != NULL);
	json_set(data, "form", form);
	add_columns(data, filter, order);
	buf_clear(&value);
}
