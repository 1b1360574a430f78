/* The table of the pages. */
#include "admin/admin.h"

#include "admin/asset.h"
#include "admin/key_list.h"
#include "admin/overview.h"
#include "admin/preferences.h"
#include "admin/sessions.h"
#include "admin/sign_in.h"
#include "admin/storage.h"
#include "admin/token_actions.h"
#include "admin/token_list.h"
#include "admin/token_page.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
#define PAGE(method, path, serve)                      \
	{                                              \
		method, path, &(const struct endpoint) \
		{                                      \
			DIALECT_OPENAI, serve          \
		}                                      \
	}

const struct route admin_routes[] = {
    PAGE("GET", "/", overview_serve),
    PAGE("GET", "/storage", storage_serve),
    PAGE("POST", "/storage", storage_serve_clear),
    PAGE("POST", "/preferences", preferences_serve),
    PAGE("GET", "/keys", key_list_serve),
    PAGE("GET", "/keys_status", key_list_serve),
    PAGE("POST", "/keys/search", key_list_serve_search),
    PAGE("GET", "/static/{}", asset_serve),
    PAGE("GET", "/tokens", token_list_serve),
    PAGE("GET", "/tokens/add", token_add_serve),
    PAGE("POST", "/tokens/add", token_add_serve_post),
    PAGE("GET", "/tokens/{}", token_page_serve),
    PAGE("POST", "/tokens/{}", token_edit_serve),
    PAGE("POST", "/tokens/{}/disable", token_disable_serve),
    PAGE("POST", "/tokens/{}/enable", token_enable_serve),
    PAGE("POST", "/tokens/{}/revoke", token_revoke_serve),
    PAGE("POST", "/tokens/{}/rotate", token_rotate_serve),
    PAGE("GET", "/sessions", sessions_serve),
    PAGE("POST", "/sessions", sessions_serve_end),
    PAGE("GET", "/sign-in", sign_in_serve_page),
    PAGE("POST", "/sign-in", sign_in_serve),
    PAGE("POST", "/sign-out", sessions_serve_out),
};
const size_t admin_n_routes = COUNT_OF(admin_routes);
