/* protocol/picture_*: what image hosts are sent, and what they answer. */
#include "protocol/picture_provider.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "protocol/picture_type.h"
#include "unit.h"

static const struct picture_file file = {
    .mime = "image/jpeg",
    .name = "0a1b.jpg",
    .folder = "2026/11/21",
    .date = "Sat, 21 Nov 2026 13:00:00 GMT",
    .md5 = "1B2M2Y8AsgTpgAmY7PhCfg==",
};

/* An account for each of them. */
static const struct picture_account full = {
    .smms_url = "https://sm.ms/api/v2/upload",
    .smms_token = "tok",
    .picgo_url = "https://www.picgo.net/api/1/upload",
    .picgo_key = "k&y",
    .cloudflare_url = "https://img.example/a/upload",
    .cloudflare_code = "c o/de",
    .cloudflare_folder = "my pics",
    .oss_endpoint = "oss-cn-x.aliyuncs.com",
    .oss_inner = "",
    .oss_id = "id",
    .oss_secret = "secret",
    .oss_bucket = "bkt",
    .oss_region = "cn-x",
};

static void
test_accounts(void)
{
	static const struct {
		const char *name;
		size_t offset; /* of what must not be empty */
	} rows[] = {
	    {"smms", offsetof(struct picture_account, smms_token)},
	    {"picgo", offsetof(struct picture_account, picgo_key)},
	    {"picgo", offsetof(struct picture_account, picgo_url)},
	    {"cloudflare_imgbed",
		offsetof(struct picture_account, cloudflare_url)},
	    {"cloudflare_imgbed",
		offsetof(struct picture_account, cloudflare_code)},
	    {"aliyun_oss", offsetof(struct picture_account, oss_endpoint)},
	    {"aliyun_oss", offsetof(struct picture_account, oss_id)},
	    {"aliyun_oss", offsetof(struct picture_account, oss_secret)},
	    {"aliyun_oss", offsetof(struct picture_account, oss_bucket)},
	    {"aliyun_oss", offsetof(struct picture_account, oss_region)},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct picture_account less = full;
		const char *empty = "";
		const struct picture_provider *p =
		    picture_provider_find(rows[i].name);
		UNIT_ROW(p != NULL && p->has(&full), rows[i].name);
		memcpy((char *)&less + rows[i].offset, &empty, sizeof(empty));
		UNIT_ROW(p != NULL && !p->has(&less), rows[i].name);
	}
	CU_ASSERT_PTR_NULL(picture_provider_find("builtin"));
	CU_ASSERT_PTR_NULL(picture_provider_find(""));
}

static void
check_asked(const char *provider, const struct picture_account *account,
    const char *url, const char *headers, bool inner)
{
	struct picture_request request = {.inner = false};
	buf_init(&request.url, BUF_SMALL);
	buf_init(&request.headers, BUF_SMALL);
	const struct picture_provider *p = picture_provider_find(provider);
	UNIT_ROW(p->ask(account, &file, &request), url);
	UNIT_ROW(unit_same(buf_cstr(&request.url), url) == 1, url);
	UNIT_ROW(unit_same(buf_cstr(&request.headers), headers) == 1, url);
	UNIT_ROW(request.inner == inner, url);
	buf_clear(&request.url);
	buf_clear(&request.headers);
}

static void
test_ask(void)
{
	struct picture_account other = full;
	check_asked("smms", &full, "https://sm.ms/api/v2/upload",
	    "Authorization: Basic tok\n", false);
	other.smms_token = "a\r\nX: b";
	check_asked("smms", &other, "https://sm.ms/api/v2/upload",
	    "Authorization: Basic a  X: b\n", false);

	check_asked("picgo", &full, "https://www.picgo.net/api/1/upload",
	    "X-API-Key: k&y\n", false);
	other.picgo_url = "https://pic.example/api/1/upload";
	check_asked("picgo", &other,
	    "https://pic.example/api/1/upload?key=k%26y", "", false);
	other.picgo_url = "https://pic.example/up?format=json";
	check_asked("picgo", &other,
	    "https://pic.example/up?format=json&key=k%26y", "", false);

	check_asked("cloudflare_imgbed", &full,
	    "https://img.example/a/upload?uploadFolder=my%20pics"
	    "&authCode=c%20o%2Fde&uploadNameType=origin",
	    "", false);
	other.cloudflare_folder = "";
	check_asked("cloudflare_imgbed", &other,
	    "https://img.example/a/upload?authCode=c%20o%2Fde"
	    "&uploadNameType=origin",
	    "", false);
}

/* Signatures by Python's hmac, of the text that the manual prescribes. */
#define OSS_HEADERS                               \
	"Date: Sat, 21 Nov 2026 13:00:00 GMT\n"   \
	"Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\n" \
	"Content-Type: image/jpeg\n"              \
	"x-oss-object-acl: public-read\n"         \
	"Authorization: OSS id:" OSS_SIGNATURE "\n"
#define OSS_SIGNATURE "f4q9Lbo7cvtG22VOU60kbu2V8Yg="

static void
test_ask_oss(void)
{
	static const struct {
		const char *endpoint, *inner, *url;
	} rows[] = {
	    {"oss-cn-x.aliyuncs.com", "",
		"https://bkt.oss-cn-x.aliyuncs.com/2026/11/21/0a1b.jpg"},
	    {"oss-cn-x.aliyuncs.com/", "",
		"https://bkt.oss-cn-x.aliyuncs.com/2026/11/21/0a1b.jpg"},
	    {"http://127.0.0.1:9000", "",
		"http://127.0.0.1:9000/bkt/2026/11/21/0a1b.jpg"},
	    {"https://minio.example/", "",
		"https://minio.example/bkt/2026/11/21/0a1b.jpg"},
	    {"oss-cn-x.aliyuncs.com", "oss-cn-x-internal.aliyuncs.com",
		"https://bkt.oss-cn-x-internal.aliyuncs.com/2026/11/21/"
		"0a1b.jpg"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct picture_account account = full;
		account.oss_endpoint = rows[i].endpoint;
		account.oss_inner = rows[i].inner;
		check_asked("aliyun_oss", &account, rows[i].url, OSS_HEADERS,
		    *rows[i].inner != '\0');
	}
}

static void
test_answers(void)
{
	static const struct {
		const char *provider;
		int status;
		const char *body;
		const char *url; /* NULL: refused … */
		const char *why; /* … with these words behind the status */
	} rows[] = {
	    {"smms", 200,
		"{\"success\":true,\"data\":{\"url\":"
		"\"https://i.sm.ms/a.png\",\"delete\":\"x\"}}",
		"https://i.sm.ms/a.png", NULL},
	    {"smms", 200,
		"{\"success\":false,\"code\":\"image_repeated\",\"message\":"
		"\"Image upload repeated limit, this image exists at: "
		"https://i.sm.ms/b.png\",\"images\":\"https://i.sm.ms/b.png\"}",
		"https://i.sm.ms/b.png", NULL},
	    {"smms", 200,
		"{\"success\":false,\"code\":\"unauthorized\",\"message\":"
		"\"Unauthorized.\"}",
		NULL, ": Unauthorized."},
	    {"smms", 500,
		"{\"success\":true,\"data\":{\"url\":\"https://x/a.png\"}}",
		NULL, ""},
	    {"smms", 200, "{\"success\":true,\"data\":{\"url\":5}}", NULL, ""},
	    {"smms", 200, "{\"success\":true,\"data\":{\"url\":\"\"}}", NULL,
		""},
	    {"smms", 200, "<html>no</html>", NULL, ""},
	    {"smms", 200, "", NULL, ""},
	    {"smms", 200, "[]", NULL, ""},
	    {"smms", 200,
		"{\"success\":true,\"data\":{\"url\":\"javascript:x\"}}", NULL,
		""},
	    {"smms", 200,
		"{\"success\":true,\"data\":{\"url\":"
		"\"https://x/a b)\\\"<\\n\xc3\xa4.png\"}}",
		"https://x/a%20b%29%22%3C%0A%C3%A4.png", NULL},
	    {"picgo", 200,
		"{\"success\":true,\"result\":[\"https://p/a.png\"]}",
		"https://p/a.png", NULL},
	    {"picgo", 200, "{\"success\":true,\"result\":[]}", NULL, ""},
	    {"picgo", 200, "{\"success\":true,\"result\":[{}]}", NULL, ""},
	    {"picgo", 200,
		"{\"status_code\":200,\"image\":{\"url\":\"https://p/b.png\"}}",
		"https://p/b.png", NULL},
	    {"picgo", 400,
		"{\"status_code\":400,\"error\":{\"message\":\"Invalid API "
		"key\",\"code\":100},\"status_txt\":\"Bad Request\"}",
		NULL, ": Invalid API key"},
	    {"cloudflare_imgbed", 200, "[{\"src\":\"/file/a.png\"}]",
		"https://img.example/a/file/a.png", NULL},
	    {"cloudflare_imgbed", 200, "[{\"src\":\"file/a.png\"}]",
		"https://img.example/a/file/a.png", NULL},
	    {"cloudflare_imgbed", 200, "[{\"src\":\"https://cdn/a.png\"}]",
		"https://cdn/a.png", NULL},
	    {"cloudflare_imgbed", 200, "[{\"src\":\"\"}]", NULL, ""},
	    {"cloudflare_imgbed", 200, "[]", NULL, ""},
	    {"cloudflare_imgbed", 401, "{\"error\":\"Unauthorized\"}", NULL,
		": Unauthorized"},
	    {"aliyun_oss", 200, "",
		"https://bkt.oss-cn-x.aliyuncs.com/2026/11/21/0a1b.jpg", NULL},
	    {"aliyun_oss", 204, "", NULL, ""},
	    {"aliyun_oss", 403,
		"<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch"
		"</Code><Message>m</Message></Error>",
		NULL, ": SignatureDoesNotMatch"},
	    {"aliyun_oss", 403, "<Error><Code>Cut", NULL, ": Cut"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf url, why, expected;
		buf_init(&url, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		buf_init(&expected, BUF_SMALL);
		const struct picture_answer answer = {
		    rows[i].status, rows[i].body, strlen(rows[i].body)};
		bool ok = picture_provider_read(
		    picture_provider_find(rows[i].provider), &full, &file,
		    &answer, &url, &why);
		UNIT_ROW(unit_same(ok ? buf_cstr(&url) : NULL, rows[i].url),
		    rows[i].body);
		if (rows[i].why != NULL)
			buf_fmt(&expected,
			    "it answered with status %d and no address%s",
			    rows[i].status, rows[i].why);
		UNIT_ROW(unit_same(buf_cstr(&why), buf_cstr(&expected)),
		    rows[i].body);
		buf_clear(&url);
		buf_clear(&why);
		buf_clear(&expected);
	}
}

/* Where addresses of a Cloudflare ImgBed begin. */
static void
test_cloudflare_root(void)
{
	static const struct {
		const char *url, *root;
	} rows[] = {
	    {"https://h/upload", "https://h"},
	    {"https://h:8443/upload?x=/upload", "https://h:8443"},
	    {"https://h/upload/a/upload", "https://h/upload/a"},
	    {"https://h/elsewhere", "https://h"},
	    {"https://h", "https://h"},
	    {"https://upload.example/upload", "https://upload.example"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		static const char body[] = "[{\"src\":\"/f\"}]";
		struct picture_account account = full;
		struct buf url, why, expected;
		buf_init(&url, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		buf_init(&expected, BUF_SMALL);
		account.cloudflare_url = rows[i].url;
		const struct picture_answer answer = {
		    200, body, sizeof(body) - 1};
		UNIT_ROW(picture_provider_read(
			     picture_provider_find("cloudflare_imgbed"),
			     &account, &file, &answer, &url, &why),
		    rows[i].url);
		buf_fmt(&expected, "%s/f", rows[i].root);
		UNIT_ROW(unit_same(buf_cstr(&url), buf_cstr(&expected)),
		    rows[i].url);
		buf_clear(&url);
		buf_clear(&why);
		buf_clear(&expected);
	}
}

static void
test_types(void)
{
	static const struct {
		const char *said, *base64, *ending; /* NULL: none */
	} rows[] = {
	    {"image/png", "iVBORw0KGgo=", "png"},
	    {"image/png", "/9j/4AAQSkZJRg==", "jpg"}, /* the bytes know */
	    {"", "R0lGODlhAQABAA==", "gif"},
	    {"image/jpg", "AAAA", "jpg"},
	    {"image/webp", "UklGRgAAAABXRUJQ", "webp"},
	    {"image/svg+xml", "PHN2Zz48L3N2Zz4=", NULL},
	    {"image/png", "PGh0bWw+", NULL}, /* <html> */
	    {"audio/wav", "AAAA", NULL},
	    {"image/png", "", NULL},
	    {"", "AAAA", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct picture_type *type = picture_type_of(
		    rows[i].said, rows[i].base64, strlen(rows[i].base64));
		UNIT_ROW(unit_same(type == NULL ? NULL : type->ending,
			     rows[i].ending),
		    rows[i].base64);
	}
	CU_ASSERT_STRING_EQUAL(
	    picture_type_of_name("a.b.jpg")->mime, "image/jpeg");
	CU_ASSERT_PTR_NULL(picture_type_of_name("a.PNG"));
	CU_ASSERT_PTR_NULL(picture_type_of_name("a.svg"));
	CU_ASSERT_PTR_NULL(picture_type_of_name("png"));
}

static void
test_names(void)
{
	static const struct {
		const char *url, *name; /* NULL: none of ours */
	} rows[] = {
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.png",
		"aB3aB3aB3aB3aB3aB3aB3aB3.png"},
	    {"http://h:80/x/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.jpg",
		"aB3aB3aB3aB3aB3aB3aB3aB3.jpg"},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.svg", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.x.png", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB.png", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB33.png", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB_.png", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.png?x", NULL},
	    {"https://h/pictures/aB3aB3aB3aB3aB3aB3aB3aB3", NULL},
	    {"https://h/xpictures/aB3aB3aB3aB3aB3aB3aB3aB3.png", NULL},
	    {"https://h/aB3aB3aB3aB3aB3aB3aB3aB3.png", NULL},
	    {"/pictures/aB3aB3aB3aB3aB3aB3aB3aB3.png", NULL},
	    {"https://h/pictures/", NULL},
	    {"https://h", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(unit_same(picture_name_in(rows[i].url), rows[i].name),
		    rows[i].url);
}

static CU_TestInfo tests[] = {
    {"accounts that are complete", test_accounts},
    {"what hosts are sent", test_ask},
    {"what Aliyun OSS is sent", test_ask_oss},
    {"what hosts answer", test_answers},
    {"where Cloudflare ImgBed's addresses begin", test_cloudflare_root},
    {"kinds of pictures", test_types},
    {"our own addresses", test_names},
    CU_TEST_INFO_NULL,
};

struct unit_suite picture_provider_suite = {"picture_provider", tests};
