/* base/proxy_url: taking the URLs of egress proxies apart. */
#include "base/proxy_url.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_read(void)
{
	static const struct {
		const char *text;
		const char *name, *user, *password;
	} rows[] = {
	    {"http://h", "http://h:80", NULL, NULL},
	    {"https://h", "https://h:443", NULL, NULL},
	    {"socks5://h", "socks5://h:1080", NULL, NULL},
	    {"socks5h://h", "socks5h://h:1080", NULL, NULL},
	    {"SOCKS5H://h:1", "socks5h://h:1", NULL, NULL},
	    {"http://h:8080/", "http://h:8080", NULL, NULL},
	    {"http://10.0.0.1:3128", "http://10.0.0.1:3128", NULL, NULL},
	    {"https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", NULL,
		NULL},
	    {"socks5://[::1]", "socks5://[::1]:1080", NULL, NULL},
	    {"http://u@h", "http://h:80", "u", NULL},
	    {"http://u:@h", "http://h:80", "u", ""},
	    {"http://u:p@h:1", "http://h:1", "u", "p"},
	    {"socks5://user-session-7:p@h", "socks5://h:1080", "user-session-7",
		"p"},
	    {"http://u:a%3Ab%40c%2f%25@h", "http://h:80", "u", "a:b@c/%"},
	    {"http://u:a:b@h", "http://h:80", "u", "a:b"},
	    {"http://u:a@b@h", "http://h:80", "u", "a@b"},
	    {"http://%C3%BC:p+q@[::1]:1/", "http://[::1]:1", "\xc3\xbc", "p+q"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct proxy_url p;
		const char *why;
		bool ok = proxy_url_read(&p, rows[i].text, &why);
		UNIT_ROW(ok, rows[i].text);
		UNIT_ROW(unit_same(p.name, rows[i].name), rows[i].text);
		UNIT_ROW(unit_same(p.user, rows[i].user), rows[i].text);
		UNIT_ROW(unit_same(p.password, rows[i].password), rows[i].text);
		proxy_url_clear(&p);
	}
}

#define SCHEME "does not begin with"
#define USER "has a user or password"
#define HOST "has no host, or a port"
#define BEHIND "has something behind"

static void
test_refuse(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"", SCHEME},
	    {"h:80", SCHEME},
	    {"socks4://h", SCHEME},
	    {"socks://h", SCHEME},
	    {"http:h", SCHEME},
	    {"ftp://secret:secret@h", SCHEME},
	    {"http://", HOST},
	    {"http://:80", HOST},
	    {"http://u:p@", HOST},
	    {"http://h:", HOST},
	    {"http://h:0", HOST},
	    {"http://h:65536", HOST},
	    {"http://h h", HOST},
	    {"http://[::1", HOST},
	    {"http://::1", HOST},
	    {"http://u:sec/ret@h", HOST},
	    {"http://h/x", BEHIND},
	    {"http://h?x", BEHIND},
	    {"http://h/#x", BEHIND},
	    {"http://@h", "has an empty user"},
	    {"http://:secret@h", "has an empty user"},
	    {"http://u:%zz@h", USER},
	    {"http://u:%00@h", USER},
	    {"http://u%0a:p@h", USER},
	    {"http://a%3ab:p@h", "has a user with a colon"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct proxy_url p;
		const char *why = NULL;
		UNIT_ROW(!proxy_url_read(&p, rows[i].text, &why), rows[i].text);
		UNIT_ROW(why != NULL &&
			strncmp(why, rows[i].why, strlen(rows[i].why)) == 0 &&
			strstr(why, "sec") == NULL,
		    rows[i].text);
		proxy_url_clear(&p);
	}
}

/* SOCKS has room for 255 bytes of each. */
static void
test_length(void)
{
	char text[300];
	for (int len = 255; len <= 256; len++) {
		struct proxy_url p;
		const char *why;
		snprintf(text, sizeof(text), "http://u:%0*d@h", len, 0);
		CU_ASSERT(proxy_url_read(&p, text, &why) == (len == 255));
		proxy_url_clear(&p);
	}
}

static CU_TestInfo tests[] = {
    {"what is legal", test_read},
    {"what is not, without quoting it", test_refuse},
    {"how long user and password may be", test_length},
    CU_TEST_INFO_NULL,
};

struct unit_suite proxy_url_suite = {"base/proxy_url", tests};
