/*
 * Calls the store on a real database and says how that went: the test of the
 * way from C's arguments into SQL and back. tests/sql/110_store.sh gives it a
 * fresh database (DATABASE_URL).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/egress.h"
#include "gateway/service.h"
#include "jobs/job.h"
#include "store/db.h"
#include "store/key_intake.h"
#include "store/models.h"
#include "store/quirks.h"
#include "store/requests.h"
#include "store/settings.h"
#include "store/tokens.h"

static struct db *db;
static struct master_key master;
static uint8_t token[CRYPT_HASH_SIZE];

static void
ok(bool good, const char *name)
{
	printf("%s - %s\n", good ? "ok" : "not ok", name);
	if (!good && *db_error(db) != '\0')
		printf("# %s\n", db_error(db));
}

static struct json_object *
parse(const char *text)
{
	return json_parse(text, strlen(text), NULL);
}

/* Is the value what the text says, in whatever order? */
static bool
is(struct json_object *value, const char *want)
{
	struct json_object *o = want == NULL ? NULL : parse(want);
	bool same = json_object_equal(value, o);
	if (!same)
		printf("# got %s\n", json_object_get_string(value));
	json_object_put(o);
	return same;
}

/* --- requests ------------------------------------------------------------ */

struct trip {
	char id[CRYPT_ID_SIZE + 1];
	struct request_facts facts;
	struct lease lease;
};

static void
begin(struct trip *trip, const char *recall)
{
	*trip = (struct trip){.facts = {.responder = 1,
				  .token = token,
				  .pool = "gemini",
				  .model = "m",
				  .route = "openai.chat",
				  .ttl_ms = 60000}};
	crypt_uuid7(trip->id);
	trip->facts.id = trip->id;
	trip->facts.recall = recall == NULL ? NULL : parse(recall);
	requests_begin(db, &master, &trip->facts, &trip->lease);
}

static bool
end(struct trip *trip, const char *remember)
{
	struct account account = {.started_ms = 1,
	    .token_id = trip->lease.token_id,
	    .key_id = trip->lease.key_id,
	    .outcome = "complete",
	    .status = 200,
	    .attempts = 1,
	    .first_byte_ms = -1,
	    .remember = remember == NULL ? NULL : parse(remember)};
	bool done = requests_end(db, &trip->facts, &account);
	json_object_put(account.remember);
	json_object_put(trip->facts.recall);
	lease_clear(&trip->lease);
	return done;
}

static void
test_memory(void)
{
	struct trip t;
	begin(&t, NULL);
	int64_t key = t.lease.key_id;
	char scope[sizeof(t.lease.scope)];
	snprintf(scope, sizeof(scope), "key/%lld", (long long)key);
	ok(t.lease.answer == LEASE_GIVEN, "a request that recalls nothing");
	ok(strcmp(t.lease.scope, scope) == 0, "its lease tells the scope");
	ok(t.lease.recalled == NULL, "nothing is recalled");
	ok(end(&t, NULL), "… nor remembered");

	begin(&t, "{\"conversation\":\"aB01\",\"calls\":[\"none\"]}");
	key = t.lease.key_id;
	snprintf(scope, sizeof(scope), "%s", t.lease.scope);
	ok(t.lease.recalled == NULL, "nothing is known");
	ok(end(&t,
	       "{\"conversation\":\"aB01\",\"bypass\":true,\"signatures\":"
	       "{\"c/1\":\"S+/=\",\"é\\\"\\\\u0000\":\"two\"},"
	       "\"quirks\":[\"no_logprobs\",\"drop:a.b\"]}"),
	    "an answer is remembered");

	begin(&t,
	    "{\"conversation\":\"ab01\","
	    "\"calls\":[\"é\\\"\\\\u0000\",\"x\",\"c/1\"]}");
	struct json_object *found = json_get(t.lease.recalled, "signatures");
	struct json_object *call = json_get(found, "c/1");
	ok(t.lease.key_id == key, "the same key again");
	ok(json_get_bool(t.lease.recalled, "bypass"), "bypass is recalled");
	ok(json_object_object_length(found) == 2 &&
		text_same(json_get_text(call, "signature"), "S+/=") &&
		text_same(json_get_text(call, "scope"), scope) &&
		text_same(json_get_text(call, "model"), "m"),
	    "signatures are recalled");

	/* On another key. */
	requests_retry(db, &master, &t.facts, NULL, &key, 1, &t.lease);
	snprintf(scope, sizeof(scope), "key/%lld", (long long)t.lease.key_id);
	ok(t.lease.answer == LEASE_GIVEN && t.lease.key_id != key &&
		strcmp(t.lease.scope, scope) == 0,
	    "a second attempt: another key and scope");
	ok(json_get(t.lease.recalled, "signatures") == found,
	    "… and what was recalled is still there");
	ok(end(&t, NULL), "its end");
}

/* What a client or Gemini may send must not fail the call. */
static void
test_hostile(void)
{
	static const char *const recalls[] = {"{}", "[]", "\"text\"",
	    "{\"conversation\":\"zz\"}", "{\"conversation\":\"0\"}",
	    "{\"conversation\":[\"00\"],\"calls\":\"a\"}",
	    "{\"calls\":[\"\\u0000\",\"a\\u0000\",1,null,{},[]]}",
	    "{\"calls\":[\"a\",\"a\",\"\\ud800\",\"'; drop\",\"\\\\\"]}"};
	static const char *const remembers[] = {"{}", "[]",
	    "{\"conversation\":\"zz\",\"signatures\":[]}",
	    "{\"conversation\":\"00\",\"bypass\":\"maybe\",\"quirks\":{}}",
	    "{\"signatures\":{\"a\":\"\\u0000\",\"\":\"S\",\"b\":7}}",
	    "{\"quirks\":[\"\\u0000\",\"DROP\",7,null,\"drop:'\"]}"};
	bool good = true;
	for (size_t i = 0; i < COUNT_OF(recalls); i++) {
		struct trip t;
		begin(&t, recalls[i]);
		good = good && t.lease.answer == LEASE_GIVEN &&
		    t.lease.recalled == NULL &&
		    end(&t, remembers[i % COUNT_OF(remembers)]);
	}
	ok(good, "whatever is recalled and remembered, a request has its way");

	struct trip t;
	memset(token, 7, sizeof(token));
	begin(&t, "{\"conversation\":\"ab01\"}");
	crypt_hash(&master, "sk-test", strlen("sk-test"), token);
	ok(t.lease.answer == LEASE_UNAUTHORIZED && t.lease.recalled == NULL,
	    "a foreign token recalls nothing");
	json_object_put(t.facts.recall);
	lease_clear(&t.lease);
}

/* --- models -------------------------------------------------------------- */

static void
test_quirks(void)
{
	struct json_object *o = quirks_load(db);
	ok(is(o, "{\"m\":[\"drop:a.b\",\"no_logprobs\"]}"), "quirks");
	json_object_put(o);
	o = quirks_list(db);
	ok(json_count(o) == 2 &&
		text_same(json_get_text(json_at(o, 1), "quirk"), "no_logprobs"),
	    "… as a list");
	json_object_put(o);
	ok(quirks_forget(db, "other") == 0, "nothing to forget");
	ok(quirks_forget(db, "m") == 2, "a model's are forgotten");
	ok(quirks_forget(db, NULL) == 0, "… all there were");
	o = quirks_load(db);
	ok(is(o, "{}"), "none are left");
	json_object_put(o);
}

static void
test_models(void)
{
	static const char list[] =
	    "[{\"name\":\"models/b\",\"x\":[1,\"\\\"é\"]},"
	    "{\"name\":\"models/a\"},{\"name\":7},null,\"c\"]";
	int64_t age = 0;
	struct json_object *o = models_load(db, &age);
	ok(is(o, "[]") && age == -1, "no list of models yet");
	json_object_put(o);
	o = models_names(db);
	ok(is(o, "{}"), "… and no names");
	json_object_put(o);

	ok(models_claim(db, 1000), "a claim");
	ok(!models_claim(db, 1000), "… is taken");
	ok(models_release(db) && models_claim(db, 1000), "… and given back");
	ok(models_fail(db, "it's \"no\" good"), "a fetch that fails");
	o = parse(list);
	ok(models_put(db, o, 1), "a list is put");
	json_object_put(o);
	o = models_load(db, &age);
	ok(is(o,
	       "[{\"name\":\"models/a\"},"
	       "{\"name\":\"models/b\",\"x\":[1,\"\\\"é\"]}]"),
	    "… and loaded");
	ok(age >= 0 && age < 60000, "… with its age");
	json_object_put(o);
	o = models_names(db);
	ok(is(o, "{\"a\":true,\"b\":true}"), "… and its names");
	json_object_put(o);
	ok(!models_claim(db, 600000), "a fresh list needs no fetch");
}

/* --- the service's caches ------------------------------------------------ */

static int64_t
version_of(void)
{
	const struct token_question question = {.hash = token};
	struct token t;
	return tokens_check(db, &question, &t) ? t.settings_version : -1;
}

static void
test_service(void)
{
	struct service s = {.db = db};
	ok(service_open(&s) && is(s.quirks, "{}") &&
		is(s.model_names, "{\"a\":true,\"b\":true}"),
	    "a service opens");
	ok(!service_refresh(&s, version_of()), "… and is up to date");

	struct trip t;
	begin(&t, NULL);
	ok(end(&t, "{\"quirks\":[\"no_logprobs\"]}"), "a quirk is learned");
	ok(service_refresh(&s, version_of()) &&
		is(s.quirks, "{\"m\":[\"no_logprobs\"]}"),
	    "… and every service hears of it");
	ok(!service_refresh(&s, version_of()), "… once");

	/* As if the database failed in the middle. */
	bool broken = db_do(db,
	    "alter function keywheel.get_model_names() rename to no_names",
	    NULL);
	ok(broken && quirks_forget(db, NULL) == 1 &&
		!service_refresh(&s, version_of()) &&
		is(s.quirks, "{\"m\":[\"no_logprobs\"]}") &&
		s.model_names != NULL,
	    "a failure keeps what was known");
	bool mended = db_do(db,
	    "alter function keywheel.no_names() rename to get_model_names",
	    NULL);
	ok(mended && service_refresh(&s, version_of()) && is(s.quirks, "{}"),
	    "… until it is over");
	service_close(&s);
}

/* --- egress proxies ------------------------------------------------------ */

static bool
put_proxies(const char *text)
{
	struct json_object *values = json_object_new_object();
	json_set_text(values, "PROXIES", text);
	bool done = store_settings_put(db, values, "", "sql") == 1;
	json_object_put(values);
	return done;
}

static size_t
choose(struct service *s, const char *request)
{
	return egress_choose(s->egress, db, request, "key/1");
}

/* Two responders, and three proxies of which the one that is home fails. */
static void
test_egress(void)
{
	struct service one = {.db = db, .master = master};
	struct service two = one;
	ok(service_open(&one) && egress_is_direct(one.egress),
	    "without proxies calls go out directly");
	ok(put_proxies("[\"http://a\",\"http://u:p@b\",\"socks5://c\"]") &&
		service_refresh(&one, version_of()) && service_open(&two) &&
		egress_count(one.egress) == 3,
	    "proxies are settings");
	size_t home = egress_home(one.egress, "key/1");
	ok(choose(&one, "r1") == home && choose(&two, "r2") == home,
	    "all responders send a key by its home");

	egress_failed(one.egress, db, home, "it is away", false);
	size_t other = choose(&one, "r1");
	ok(other != home, "it fails: the key goes by another one");
	ok(service_refresh(&two, version_of()) && choose(&two, "r2") == other,
	    "… at every responder the same");
	egress_failed(two.egress, db, other, "it is away too", false);
	size_t third = choose(&two, "r2");
	ok(third != home && third != other, "… and then by the third");
	egress_failed(two.egress, db, third, "and that one", false);
	ok(choose(&two, "r3") == home, "all are down: whose turn is first");

	egress_works(two.egress, db, home);
	ok(service_refresh(&one, version_of()) && choose(&one, "r4") == home,
	    "it works: the key goes home, everywhere");
	ok(put_proxies("[\"gopher://a\"]") &&
		service_refresh(&one, version_of()) &&
		egress_is_closed(one.egress) && !egress_is_direct(one.egress),
	    "proxies that are none close the way out");
	service_close(&one);
	service_close(&two);
}

/* The job that checks them, with a claim that was lost and one that was not. */
static void
test_check(void)
{
	bool put =
	    put_proxies("[\"http://127.0.0.1:1\",\"http://127.0.0.1:2\"]");
	struct settings *settings = store_settings_load(db);
	struct job_run run = {.db = db,
	    .settings = settings,
	    .master = &master,
	    .upstream = upstream_new("test"),
	    .end_ms = INT64_MAX,
	    .claim.id = "00000000-0000-0000-0000-000000000000"};
	struct buf said;
	buf_init(&said, BUF_SMALL);
	ok(put && job_proxies(&run, &said) && run.more &&
		strcmp(buf_cstr(&said), "0 of 0 work") == 0,
	    "a claim that was lost: no proxy is asked");
	buf_reset(&said);
	run.held_until_ms = INT64_MAX;
	ok(job_proxies(&run, &said) && !run.more &&
		strcmp(buf_cstr(&said), "0 of 2 work") == 0,
	    "… else all are");
	upstream_free(run.upstream);
	settings_free(settings);
	buf_clear(&said);
}

/* --- the program --------------------------------------------------------- */

static bool
make_pool(void)
{
	static const char *const secrets[] = {
	    "AIza-one", "AIza-two", "AIza-three"};
	struct key_intake in;
	struct json_object *attributes = json_object_new_object();
	bool good = true;
	json_set_text(attributes, "pool", "gemini");
	crypt_random(master.seal, sizeof(master.seal));
	crypt_random(master.hash, sizeof(master.hash));
	key_intake_init(&in, &master);
	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		good = good && key_intake_take(&in, secrets[i], attributes);
	good = good && key_intake_send(&in, db, "cli", false) &&
	    key_intake_count(&in, KEY_ADDED) == COUNT_OF(secrets);
	key_intake_clear(&in);
	json_object_put(attributes);
	crypt_hash(&master, "sk-test", strlen("sk-test"), token);
	return good &&
	    tokens_add(db, &master, "test", "sk-test", false, "cli") ==
	    TOKEN_ADDED;
}

int
main(void)
{
	const char *url = getenv("DATABASE_URL");
	db = db_new(url == NULL ? "" : url);
	ok(upstream_global_init() && make_pool(), "keys and a token");
	ok(requests_warm_up(db), "the plans are made");
	test_memory();
	test_hostile();
	test_quirks();
	test_models();
	test_service();
	test_egress();
	test_check();
	bool done;
	ok(requests_maintain(db, &done), "the clean-up");
	db_free(db);
	return 0;
}
