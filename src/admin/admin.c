/* The table of the pages. */
#include "admin/admin.h"

#include "admin/asset.h"
#include "admin/key_list.h"
#include "admin/overview.h"
#include "admin/setting_past.h"
#include "admin/settings.h"
#include "admin/preferences.h"
#include "admin/storage.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
static const struct endpoint endpoint_overview = {
    DIALECT_OPENAI, overview_serve};
static const struct endpoint endpoint_config = {DIALECT_OPENAI, settings_serve};
static const struct endpoint endpoint_config_save = {
    DIALECT_OPENAI, settings_serve_save};
static const struct endpoint endpoint_config_history = {
    DIALECT_OPENAI, setting_past_serve_history};
static const struct endpoint endpoint_config_reset = {
    DIALECT_OPENAI, setting_past_serve_reset};
static const struct endpoint endpoint_config_undo = {
    DIALECT_OPENAI, setting_past_serve_undo};
static const struct endpoint endpoint_storage = {DIALECT_OPENAI, storage_serve};
static const struct endpoint endpoint_clear = {
    DIALECT_OPENAI, storage_serve_clear};
static const struct endpoint endpoint_asset = {DIALECT_OPENAI, asset_serve};

const struct route admin_routes[] = {
    {"GET", "/", &endpoint_overview},
    {"GET", "/config", &endpoint_config},
    {"POST", "/config", &endpoint_config_save},
    {"GET", "/config/history", &endpoint_config_history},
    {"GET", "/config/reset", &endpoint_config_reset},
    {"GET", "/config/undo", &endpoint_config_undo},
    {"GET", "/storage", &endpoint_storage},
    {"POST", "/storage", &endpoint_clear},
    {"GET", "/static/{}", &endpoint_asset},
#define PAGE(method, path, serve) \
	{method, path, &(const struct endpoint){DIALECT_OPENAI, serve}}

const struct route admin_routes[] = {
    PAGE("GET", "/", overview_serve),
    PAGE("GET", "/storage", storage_serve),
    PAGE("POST", "/storage", storage_serve_clear),
    PAGE("POST", "/preferences", preferences_serve),
    PAGE("GET", "/keys", key_list_serve),
    PAGE("GET", "/keys_status", key_list_serve),
    PAGE("POST", "/keys/search", key_list_serve_search),
    PAGE("GET", "/static/{}", asset_serve),
};
const size_t admin_n_routes = COUNT_OF(admin_routes);
