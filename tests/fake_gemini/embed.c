/* Vectors that follow from a text alone: the same one gets the same. */
#include "embed.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define EMBED_SIZE 3072
#define EMBED_BATCH 100

struct embed {
	const char *model; /* of the path */
	bool batch;
	struct buf *out, *why;
};

static const char *const task_types[] = {"TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY",
    "CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY"};

static const struct {
	const char *camel, *snake;
} embed_fields[] = {{"model", "model"}, {"content", "content"},
    {"taskType", "task_type"}, {"title", "title"},
    {"outputDimensionality", "output_dimensionality"}};

#define N(list) (sizeof(list) / sizeof(*(list)))

static struct json_object *
embed_get(struct json_object *o, size_t field)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(o, embed_fields[field].camel, &value))
		json_object_object_get_ex(o, embed_fields[field].snake, &value);
	return value;
}

/* Google knows each member's name. */
static bool
embed_known(struct json_object *o, struct buf *why)
{
	json_object_object_foreach(o, name, value)
	{
		bool known = false;

		(void)value;
		for (size_t i = 0; i < N(embed_fields); i++)
			if (strcmp(name, embed_fields[i].camel) == 0 ||
			    strcmp(name, embed_fields[i].snake) == 0)
				known = true;
		if (!known) {
			buf_printf(why,
			    "Invalid JSON payload received. Unknown name "
			    "\"%s\": Cannot find field.",
			    name);
			return false;
		}
	}
	return true;
}

static bool
embed_model(const struct embed *e, struct json_object *model)
{
	const char *name = model == NULL ? NULL : json_object_get_string(model);

	if (name == NULL && !e->batch)
		return true;
	if (name != NULL && strncmp(name, "models/", 7) == 0 &&
	    strcmp(name + 7, e->model) == 0)
		return true;
	if (name == NULL)
		buf_text(e->why,
		    "* BatchEmbedContentsRequest.requests[].model: model is "
		    "not specified\n");
	else
		buf_printf(e->why,
		    "* BatchEmbedContentsRequest.requests[].model: the "
		    "request's model must match the model in the "
		    "BatchEmbedContentsRequest.model; got %s\n",
		    name);
	return false;
}

static bool
embed_type(struct json_object *type, struct buf *why)
{
	if (type == NULL)
		return true;
	for (size_t i = 0; i < N(task_types); i++)
		if (strcmp(json_object_get_string(type), task_types[i]) == 0)
			return true;
	buf_printf(why,
	    "Invalid value at 'task_type' "
	    "(type.googleapis.com/google.ai.generativelanguage.v1beta.TaskType)"
	    ", \"%s\"",
	    json_object_get_string(type));
	return false;
}

/* All texts of the content; false if there is none. */
static bool
embed_text(struct json_object *content, struct buf *text)
{
	struct json_object *parts = NULL, *part = NULL;

	if (!json_object_is_type(content, json_type_object) ||
	    !json_object_object_get_ex(content, "parts", &parts))
		return false;
	if (!json_object_is_type(parts, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(parts); i++)
		if (json_object_object_get_ex(
			json_object_array_get_idx(parts, i), "text", &part))
			buf_text(text, json_object_get_string(part));
	return text->len > 0;
}

/* Numbers of length 1 when all are there, and shorter when some are cut. */
static void
embed_vector(struct span seed, size_t size, struct buf *out)
{
	static double numbers[EMBED_SIZE];
	uint64_t x = 14695981039346656037u;
	double sum = 0;

	for (size_t i = 0; i < seed.len; i++)
		x = (x ^ (unsigned char)seed.at[i]) * 1099511628211u;
	for (size_t i = 0; i < EMBED_SIZE; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		numbers[i] = (double)(x >> 40) / (1 << 23) - 1;
		sum += numbers[i] * numbers[i];
	}
	buf_text(out, "{\"values\":[");
	for (size_t i = 0; i < size; i++)
		buf_printf(
		    out, "%s%.8g", i > 0 ? "," : "", numbers[i] / sqrt(sum));
	buf_text(out, "]}");
}

/* One request. */
static bool
embed_one(const struct embed *e, struct json_object *o)
{
	struct json_object *type, *size;
	struct buf text = {0};
	int n = EMBED_SIZE;
	bool ok;

	if (!json_object_is_type(o, json_type_object) ||
	    !embed_known(o, e->why) || !embed_model(e, embed_get(o, 0)))
		return false;
	type = embed_get(o, 2);
	size = embed_get(o, 4);
	if (size != NULL)
		n = json_object_get_int(size);
	if (n < 1 || n > EMBED_SIZE) {
		buf_printf(e->why,
		    "* EmbedContentRequest.output_dimensionality: must be in "
		    "the range 1 to %d\n",
		    EMBED_SIZE);
		return false;
	}
	if (!embed_type(type, e->why))
		return false;
	ok = embed_text(embed_get(o, 1), &text);
	if (type != NULL)
		buf_text(&text, json_object_get_string(type));
	if (ok)
		embed_vector(buf_span(&text), (size_t)n, e->out);
	else
		buf_text(e->why,
		    "* EmbedContentRequest.content: contents is not "
		    "specified\n");
	buf_clear(&text);
	return ok;
}

static bool
embed_batch(const struct embed *e, struct json_object *list, size_t *n)
{
	*n = json_object_is_type(list, json_type_array)
	    ? json_object_array_length(list)
	    : 0;
	if (*n == 0 || *n > EMBED_BATCH) {
		buf_printf(e->why, "* BatchEmbedContentsRequest.requests: %s\n",
		    *n == 0 ? "requests is not specified"
			    : "at most 100 requests can be in one batch");
		return false;
	}
	buf_text(e->out, "{\"embeddings\":[");
	for (size_t i = 0; i < *n; i++) {
		if (i > 0)
			buf_text(e->out, ",");
		if (!embed_one(e, json_object_array_get_idx(list, i)))
			return false;
	}
	buf_text(e->out, "]}\n");
	return true;
}

bool
embed_write(bool batch, const char *model, struct json_tokener *tokener,
    struct span body, struct buf *out, size_t *n, struct buf *why)
{
	const struct embed e = {model, batch, out, why};
	struct json_object *root = NULL, *list = NULL;
	bool ok;

	*n = 1;
	json_tokener_reset(tokener);
	if (body.len > 0 && body.len <= INT_MAX)
		root = json_tokener_parse_ex(tokener, body.at, (int)body.len);
	if (!json_object_is_type(root, json_type_object)) {
		buf_text(why,
		    "Invalid JSON payload received. Unexpected end of "
		    "string.");
		json_object_put(root);
		return false;
	}
	if (batch) {
		json_object_object_get_ex(root, "requests", &list);
		ok = embed_batch(&e, list, n);
	} else {
		buf_text(out, "{\"embedding\":");
		ok = embed_one(&e, root);
		buf_text(out, "}\n");
	}
	if (!ok && why->len == 0)
		buf_text(why, "Request contains an invalid argument.");
	json_object_put(root);
	return ok;
}
