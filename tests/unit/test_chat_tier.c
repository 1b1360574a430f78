/* protocol/chat_tier: the tier of service, with and without a billed key. */
#include "protocol/chat_tier.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

/* The request of a body with that member. */
static void
read_tier(struct chat_request *req, const char *model, const char *tier)
{
	static const struct chat_policy policy;
	struct api_error error = {0};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_fmt(&text,
	    "{\"model\":\"%s\",\"temperature\":1,\"service_tier\":%s,"
	    "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
	    model, tier);
	struct json_object *body = json_parse(text.data, text.len, NULL);
	CU_ASSERT(chat_request_read(req, body, &policy, &error));
	json_object_put(body);
	buf_clear(&text);
	api_error_clear(&error);
}

static bool
is(const struct chat_request *req, const char *sent, const char *adjusted,
    const char *used)
{
	return unit_same(json_get_text(req->gemini, "serviceTier"), sent) &&
	    unit_same(buf_cstr(&req->adjusted), adjusted) &&
	    unit_same(chat_tier_used(req), used);
}

static void
test_set(void)
{
	static const struct {
		const char *model, *before, *both;
	} rows[] = {
	    {"gemini-2.5-flash", "", "service_tier"},
	    {"gemini-3.8-flash", "temperature", "temperature, service_tier"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		read_tier(&req, rows[i].model, "\"flex\"");
		UNIT_ROW(
		    is(&req, NULL, rows[i].both, "default"), rows[i].model);
		CU_ASSERT_FALSE(chat_tier_set(&req, false));
		UNIT_ROW(
		    is(&req, NULL, rows[i].both, "default"), rows[i].model);
		/* One key after the other, as a request meets them. */
		for (int turn = 0; turn < 2; turn++) {
			CU_ASSERT(chat_tier_set(&req, true));
			UNIT_ROW(is(&req, "flex", rows[i].before, "flex"),
			    rows[i].model);
			CU_ASSERT_FALSE(chat_tier_set(&req, true));
			CU_ASSERT(chat_tier_set(&req, false));
			UNIT_ROW(is(&req, NULL, rows[i].both, "default"),
			    rows[i].model);
		}
		chat_request_clear(&req);
	}
}

static void
test_others(void)
{
	static const char *const tiers[] = {
	    "null", "\"auto\"", "\"default\"", "\"scale\"", "\"Flex\""};
	for (size_t i = 0; i < COUNT_OF(tiers); i++) {
		struct chat_request req;
		read_tier(&req, "gemini-2.5-flash", tiers[i]);
		CU_ASSERT_PTR_NULL(req.tier);
		CU_ASSERT_FALSE(chat_tier_set(&req, true));
		UNIT_ROW(is(&req, NULL, "", "default"), tiers[i]);
		chat_request_clear(&req);
	}
}

static CU_TestInfo tests[] = {
    {"with and without billing", test_set},
    {"other tiers", test_others},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_tier_suite = {"protocol/chat_tier", tests};
