/* Packing signatures into a text, and taking them out again. */
#include "protocol/responses_signatures.h"

#include <string.h>

#include "base/json.h"

static const char member[] = "thought_signatures";

void
responses_signatures_write(
    const char *call_id, const char *signature, struct buf *out)
{
	buf_fmt(out, "{\"%s\":{", member);
	json_write_text(out, call_id, strlen(call_id));
	buf_byte(out, ':');
	json_write_text(out, signature, strlen(signature));
	buf_str(out, "}}");
}

void
responses_signatures_read(
    struct json_object *text, struct json_object *signatures)
{
	if (!json_object_is_type(text, json_type_string))
		return;
	struct json_object *packed = json_parse(json_object_get_string(text),
	    (size_t)json_object_get_string_len(text), NULL);
	struct json_object *ours = json_get(packed, member);
	if (json_object_is_type(ours, json_type_object) && ours != NULL) {
		json_object_object_foreach(ours, call_id, signature)
		{
			if (json_object_is_type(signature, json_type_string))
				json_share(signatures, call_id, signature);
		}
	}
	json_object_put(packed);
}
