/* The table of the pages. */
#include "admin/admin.h"

#include "admin/asset.h"
#include "admin/key_attention.h"
#include "admin/key_list.h"
#include "admin/key_page.h"
#include "admin/overview.h"
#include "admin/storage.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
static const struct endpoint endpoint_overview = {
    DIALECT_OPENAI, overview_serve};
static const struct endpoint endpoint_storage = {DIALECT_OPENAI, storage_serve};
static const struct endpoint endpoint_clear = {
    DIALECT_OPENAI, storage_serve_clear};
static const struct endpoint endpoint_keys = {DIALECT_OPENAI, key_list_serve};
static const struct endpoint endpoint_key_search = {
    DIALECT_OPENAI, key_list_serve_search};
static const struct endpoint endpoint_key_attention = {
    DIALECT_OPENAI, key_attention_serve};
static const struct endpoint endpoint_key = {DIALECT_OPENAI, key_page_serve};
static const struct endpoint endpoint_key_edit = {
    DIALECT_OPENAI, key_page_serve_edit};
static const struct endpoint endpoint_asset = {DIALECT_OPENAI, asset_serve};

const struct route admin_routes[] = {
    {"GET", "/", &endpoint_overview},
    {"GET", "/storage", &endpoint_storage},
    {"POST", "/storage", &endpoint_clear},
    {"GET", "/keys", &endpoint_keys},
    {"GET", "/keys_status", &endpoint_keys},
    {"POST", "/keys/search", &endpoint_key_search},
    {"GET", "/keys/attention", &endpoint_key_attention},
    {"GET", "/keys/{}", &endpoint_key},
    {"POST", "/keys/{}", &endpoint_key_edit},
    {"GET", "/static/{}", &endpoint_asset},
};
const size_t admin_n_routes = COUNT_OF(admin_routes);
