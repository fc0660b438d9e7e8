/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A sample context for each page, in JSON. Used by the unit tests of pages and by render-pages. */
#pragma once

struct page_sample {
        const char *file; /* name of the sample */
        const char *page;
        const char *context;
};

#define SAMPLE_FORM "\"action\":\"/interaction\",\"flow\":\"wq7mJ5t0QmC0\",\"csrf\":\"k3VnZ2hQ\""
#define SAMPLE_ALL "\"lang_url\":\"?flow=wq7mJ5t0QmC0&lang=\",\"request_id\":\"8f14e45fceea167a\""
#define SAMPLE_FIELD(name, verdict, left, right) \
        "{\"name\":\"" name "\",\"verdict\":\"" verdict "\",\"left\":\"" left "\",\"right\":\"" right "\"}"
#define SAMPLE_FIELDS(name_verdict, number_verdict, number)                            \
        "\"fields\":[" SAMPLE_FIELD("birth_date", "same", "1990-0*-**", "1990-0*-**") \
        "," SAMPLE_FIELD("name_native", name_verdict, "陳 * 文", "陈 * 文")            \
        "," SAMPLE_FIELD("document_number", number_verdict, "H1234****", number)       \
        "," SAMPLE_FIELD("gender", "missing", "M", "") "]"

#define SAMPLE_GIVEN "\"fields\":[{\"name\":\"name\"},{\"name\":\"birthdate\",\"form\":\"masked_birthdate\"}]"
#define SAMPLE_ACCOUNT_URLS(id, act) \
        "\"id\":\"" id "\",\"receipt_url\":\"/account/receipt/" id "?lang=en\",\"end_url\":\"/account/" act "/" id "?lang=en\""

static const struct page_sample page_samples[] = {
        { "chooser", "chooser",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"sources\":["
          "{\"id\":\"iamsmart\",\"title\":\"智方便 iAM Smart\",\"description\":\"Hong Kong · 香港\"},"
          "{\"id\":\"guangdong\",\"title\":\"广东省统一身份认证平台\",\"description\":\"Guangdong · 广东\"}]}" },
        { "waiting", "waiting",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"source_title\":\"智方便\",\"open_url\":\"https://app.example/open?t=1\","
          "\"pause_url\":\"?flow=wq7mJ5t0QmC0&pause=1\"}" },
        { "waiting-paused", "waiting",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"source_title\":\"智方便\",\"check_url\":\"?flow=wq7mJ5t0QmC0\"}" },
        { "ceremony", "ceremony",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"left_title\":\"智方便\","
          "\"right_title\":\"广东省统一身份认证平台\"}" },
        { "confirm", "confirm",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"left_title\":\"智方便\",\"right_title\":\"广东省统一身份认证平台\","
          SAMPLE_FIELDS("compatible", "same", "H1234****")
          ",\"stored\":[\"accounts\",\"match\",\"time\",\"document_hash\"]}" },
        { "mismatch", "mismatch",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"left_title\":\"智方便\",\"right_title\":\"广东省统一身份认证平台\","
          SAMPLE_FIELDS("compatible", "different", "H9876****") "}" },
        { "mismatch-weak", "mismatch",
          "{" SAMPLE_ALL ",\"left_title\":\"智方便\",\"right_title\":\"广东省统一身份认证平台\","
          "\"weak\":true,"
          "\"return_url\":\"https://portal.example/\",\"client_name\":\"跨境通辦專區\","
          SAMPLE_FIELDS("compatible", "missing", "") "}" },
        { "step-up", "step-up",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"source_title\":\"智方便\","
          "\"item_title\":\"跨境電子簽注\",\"ways\":["
          "{\"id\":\"iamsmart\",\"title\":\"智方便\",\"kind\":\"reauthenticate\"},"
          "{\"id\":\"guangdong\",\"title\":\"广东省统一身份认证平台\",\"kind\":\"other\"}]}" },
        { "step-up-again", "step-up",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"source_title\":\"智方便\",\"ways\":["
          "{\"id\":\"iamsmart\",\"title\":\"智方便\",\"kind\":\"again\"}]}" },
        { "consent", "consent",
          "{" SAMPLE_FORM "," SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"purpose\":\"預約出入境證件辦理\","
          "\"recipient\":\"广东省政务服务和数据管理局\",\"retention_days\":\"90\",\"bases\":[{\"basis\":\"consent\"}],"
          "\"crossing\":{\"from\":\"HK\",\"to\":\"CN\"},\"remembered\":true,"
          "\"has_asked\":true,\"has_before\":true,\"policy_changed\":true,"
          "\"claims\":[{\"name\":\"sub\"},{\"name\":\"birthdate\",\"form\":\"masked_birthdate\",\"optional\":true}],"
          "\"before\":[{\"name\":\"name\"},{\"name\":\"age_over_18\",\"optional\":true,\"refused\":true}],"
          "\"privacy_url\":\"https://portal.example/privacy\",\"terms_url\":\"https://portal.example/terms\"}" },
        { "error", "error",
          "{" SAMPLE_ALL ",\"error\":\"invalid_request\",\"symbol\":\"ERR_FLOW_FOREIGN\","
          "\"return_url\":\"https://portal.example/\",\"client_name\":\"跨境通辦專區\"}" },
        { "error-source", "error",
          "{" SAMPLE_ALL ",\"error\":\"access_denied\",\"symbol\":\"ERR_SOURCE_REFUSED\","
          "\"source_error\":\"rejected\",\"source_title\":\"智方便\",\"retry_url\":\"/authorize?again\"}" },
        { "error-early", "error", "{\"error\":\"not_found\",\"symbol\":\"ERR_NOT_FOUND\"}" },
        { "account", "account",
          "{" SAMPLE_ALL ",\"source_title\":\"智方便\",\"done\":\"withdraw\",\"has_consents\":true,\"has_bindings\":true,"
          "\"has_crossings\":true,\"several_sessions\":true,\"end_all_url\":\"/account/end-all/sessions?lang=en\",\"consents\":["
          "{" SAMPLE_ACCOUNT_URLS("c1", "withdraw") ",\"client_name\":\"广东省政务服务网跨境通办专区（港澳居民办事服务平台）\","
          "\"item_title\":\"港澳居民来往内地通行证办理进度查询及补发换发预约\",\"time\":\"2026-11-22 18:00\"," SAMPLE_GIVEN "},"
          "{\"id\":\"c2\",\"end_url\":\"/account/withdraw/c2?lang=en\",\"client_name\":\"跨境通辦專區\","
          "\"time\":\"2026-11-01 09:30\",\"fields\":[],\"only_identifier\":true}],"
          "\"bindings\":[{" SAMPLE_ACCOUNT_URLS("b1", "unbind") ",\"left_title\":\"智方便\","
          "\"right_title\":\"广东省统一身份认证平台\",\"time\":\"2026-11-01 09:29\"}],"
          "\"sessions\":[{\"id\":\"s1\",\"title\":\"智方便\",\"time\":\"2026-11-22 17:55\",\"until\":\"2026-11-23 01:55\","
          "\"current\":true,\"end_url\":\"/account/end/s1?lang=en\"},{\"id\":\"s2\",\"title\":\"智方便\","
          "\"time\":\"2026-11-22 12:00\",\"until\":\"2026-11-22 20:00\",\"end_url\":\"/account/end/s2?lang=en\"}],"
          "\"crossings\":[{\"client_name\":\"广东省政务服务网跨境通办专区（港澳居民办事服务平台）\",\"time\":\"2026-11-22 18:00\","
          "\"from\":\"HK\",\"to\":\"CN\",\"policy\":\"hk-cn-public-service\"," SAMPLE_GIVEN "},"
          "{\"client_name\":\"跨境通辦專區\",\"time\":\"2026-11-01 09:31\",\"from\":\"HK\",\"to\":\"CN\","
          "\"fields\":[],\"only_identifier\":true}]}" },
        { "account-empty", "account",
          "{" SAMPLE_ALL ",\"source_title\":\"智方便\",\"sessions\":[{\"id\":\"s1\",\"title\":\"智方便\","
          "\"time\":\"2026-11-22 17:55\",\"until\":\"2026-11-23 01:55\",\"current\":true,\"end_url\":\"/account/end/s1\"}]}" },
        { "account-act", "account-act",
          "{" SAMPLE_ALL ",\"act\":\"withdraw\",\"title\":\"港澳居民来往内地通行证办理进度查询及补发换发预约\","
          "\"csrf\":\"k3VnZ2hQ\",\"action\":\"/account/withdraw/c1?lang=en\",\"back_url\":\"/account?lang=en\"}" },
        { "account-act-all", "account-act",
          "{" SAMPLE_ALL ",\"act\":\"end-all\",\"csrf\":\"k3VnZ2hQ\",\"action\":\"/account/end-all/sessions\","
          "\"back_url\":\"/account\"}" },
        { "signed-out", "signed-out",
          "{" SAMPLE_ALL ",\"client_name\":\"跨境通辦專區\",\"return_url\":\"https://portal.example/\"}" },
};
#define PAGE_SAMPLE_COUNT (sizeof(page_samples) / sizeof(page_samples[0]))
