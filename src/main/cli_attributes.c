/* What the options of a command say of keys, as the database is told it. */
#include "main/cli.h"

#include "base/json.h"

struct json_object *
cli_attributes(const struct cli *cli)
{
	struct json_object *o = json_object_new_object();
	bool ok = true;
	for (int i = 0; i < KEY__ATTRIBUTES; i++) {
		enum key_attribute id = (enum key_attribute)i;
		struct buf value;
		if (cli->attribute[i] == NULL)
			continue;
		buf_init(&value, BUF_SMALL);
		const char *why =
		    key_attribute_read(id, cli->attribute[i], &value);
		if (why != NULL) {
			cli_complain("--%s %s", key_attribute_name(id), why);
			ok = false;
		} else
			key_attribute_set(o, id, buf_cstr(&value));
		buf_clear(&value);
	}
	if (ok)
		return o;
	json_object_put(o);
	return NULL;
}
