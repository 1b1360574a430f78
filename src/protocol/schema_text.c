/* The response format in words. */
#include "protocol/schema_text.h"

#include "base/json.h"

void
schema_text_write(struct buf *out, struct json_object *schema)
{
	if (schema == NULL) {
		buf_str(out,
		    "Answer with one JSON object and nothing else: no words "
		    "around it, no code fence.");
		return;
	}
	buf_str(out,
	    "Answer with one JSON value and nothing else: no words around "
	    "it, no code fence. It must conform to this JSON schema:\n");
	json_write(out, schema);
}
