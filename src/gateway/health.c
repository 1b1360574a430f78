/* GET /health: the process and its database, honestly, and whether they go
 * together. */
#include "base/buf.h"
#include "gateway/endpoint.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/hosts.h"
#include "store/requests.h"

static void
serve(struct service *s, const struct route_match *match)
{
	struct health health = {0};
	struct buf body, why;
	(void)match;
	buf_init(&body, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	bool there = requests_health(s->db, &health);
	bool ok = there && hosts_fit(&health, &s->master, &why);
	if (ok)
		buf_fmt(&body,
		    "{\"status\":\"ok\",\"database\":\"ok\","
		    "\"schema\":%d,\"keys_active\":%lld,\"keys\":%lld}\n",
		    health.schema_version, (long long)health.keys_active,
		    (long long)health.keys_all);
	else if (there)
		/* No quotes or backslashes are in it. */
		buf_fmt(&body,
		    "{\"status\":\"failing\",\"database\":\"ok\","
		    "\"schema\":%d,\"problem\":\"%s\"}\n",
		    health.schema_version, buf_cstr(&why));
	else
		buf_str(&body,
		    "{\"status\":\"failing\","
		    "\"database\":\"out of reach\"}\n");
	respond_body(s, ok ? 200 : 503, "application/json; charset=utf-8",
	    buf_cstr(&body), body.len);
	buf_clear(&why);
	buf_clear(&body);
}

const struct endpoint endpoint_health = {DIALECT_OPENAI, serve};
