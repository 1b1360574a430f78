/* When a key is to be had: one call. */
#include "store/when_free.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/db.h"
#include "store/requests.h"

bool
when_free_ask(struct db *db, const struct request_facts *facts,
    struct json_object *verdict, struct lease *lease)
{
	struct db_args a = {0};
	db_arg_typed(&a, facts->pool, DB_TEXT);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a,
	    verdict == NULL ? NULL
			    : json_object_to_json_string_ext(
				  verdict, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	struct buf pools;
	buf_init(&pools, BUF_SMALL);
	buf_fmt(&pools, "{%s}", facts->more_pools ? facts->more_pools : "");
	db_arg_typed(&a, buf_cstr(&pools), DB_TEXT_ARRAY);
	db_arg_int(&a, facts->tokens);
	db_arg_int_or_null(&a, facts->owner, facts->owner == 0);
	PGresult *res = db_call(
	    db, "select * from keywheel.when_free($1,$2,$3,$4,$5,$6)", &a);
	buf_clear(&pools);
	if (res == NULL)
		return false;
	const char *answer = db_cell(res, 0, "answer");
	const char *why = db_cell(res, 0, "why");
	if (answer != NULL && strcmp(answer, "none") == 0)
		lease->answer = LEASE_NONE;
	lease->wait_ms = db_cell_int(res, 0, "wait_ms");
	lease->long_rest = db_cell_bool(res, 0, "long_rest");
	snprintf(lease->why, sizeof(lease->why), "%s", why ? why : "");
	PQclear(res);
	return true;
}
