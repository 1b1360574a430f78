/* What projects come to hold: caches, batches, videos, stores. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "resources_state.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

static struct json_object *
text(const char *value)
{
	return json_object_new_string(value);
}

static void
new_name(struct resources *r, struct buf *name, const char *before)
{
	buf_printf(name, "%sfake%llu", before, ++r->made);
}

/* POST cachedContents */
void
resources_make_cache(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	static const char *const known[] = {"model", "displayName", "contents",
	    "systemInstruction", "tools", "toolConfig", "ttl", "expireTime",
	    "system_instruction", "display_name"};
	struct json_object *model = resources_member(body, "model");
	struct json_object *ttl = resources_member(body, "ttl");
	struct buf name = {0}, why = {0};
	struct json_object *o;

	if (!resources_known(body, known, LENGTH(known), &why)) {
		resources_refuse(reply, 400, buf_str(&why));
	} else if (model == NULL) {
		resources_refuse(reply, 400,
		    "* CreateCachedContentRequest.model: "
		    "model is required");
	} else {
		time_t now = time(NULL);

		new_name(r, &name, "cachedContents/");
		o = json_object_new_object();
		json_object_object_add(o, "name", text(buf_str(&name)));
		json_object_object_add(o, "model", json_object_get(model));
		json_object_object_add(o, "displayName",
		    json_object_get(resources_member(body, "displayName")));
		json_object_object_add(o, "createTime", resources_when(now));
		json_object_object_add(o, "expireTime",
		    resources_when(now +
			(ttl ? atoi(json_object_get_string(ttl)) : 3600)));
		resources_add(r, call->project, buf_str(&name), o);
		resources_write(reply, o);
	}
	buf_clear(&name);
	buf_clear(&why);
}

/* Something that is done as soon as it is asked for. */
static void
make_operation(struct resources *r, const struct resources_call *call,
    const char *before, struct json_object *response, struct reply *reply)
{
	struct json_object *o = json_object_new_object();
	struct buf name = {0};

	new_name(r, &name, before);
	json_object_object_add(o, "name", text(buf_str(&name)));
	resources_write(reply, o);
	json_object_object_add(o, "done", json_object_new_boolean(true));
	json_object_object_add(o, "response", response);
	resources_add(r, call->project, buf_str(&name), o);
	buf_clear(&name);
}

/* POST models/m:batchGenerateContent, :asyncBatchEmbedContent */
void
resources_make_batch(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	struct json_object *batch = resources_member(body, "batch");
	struct json_object *response;

	if (resources_member(batch, "inputConfig") == NULL &&
	    resources_member(batch, "input_config") == NULL) {
		resources_refuse(reply, 400, "batch.input_config is required");
		return;
	}
	response = json_tokener_parse(
	    "{\"@type\":\"type.googleapis.com/google.ai.generativelanguage."
	    "v1beta.GenerateContentBatchOutput\","
	    "\"responsesFile\":\"files/batch-results\"}");
	make_operation(r, call, "batches/", response, reply);
	json_object_object_add(r->first->o, "metadata",
	    json_tokener_parse("{\"state\":\"BATCH_STATE_SUCCEEDED\"}"));
}

/* POST models/m:predictLongRunning */
void
resources_make_video(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	struct buf before = {0};

	if (resources_member(body, "instances") == NULL) {
		resources_refuse(reply, 400, "instances is required");
		return;
	}
	buf_add(&before, call->rest, strcspn(call->rest, ":"));
	buf_text(&before, "/operations/");
	make_operation(r, call, buf_str(&before),
	    json_tokener_parse(
		"{\"generateVideoResponse\":{\"generatedSamples\":[{\"video\":"
		"{\"uri\":\"https://generativelanguage.googleapis.com/v1beta/"
		"files/video1:download?alt=media\"}}]}}"),
	    reply);
	buf_clear(&before);
}

/* POST fileSearchStores */
void
resources_make_store(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	struct json_object *o = json_object_new_object();
	struct buf name = {0};

	new_name(r, &name, "fileSearchStores/");
	json_object_object_add(o, "name", text(buf_str(&name)));
	json_object_object_add(o, "displayName",
	    json_object_get(resources_member(body, "displayName")));
	resources_add(r, call->project, buf_str(&name), o);
	resources_write(reply, o);
	buf_clear(&name);
}
