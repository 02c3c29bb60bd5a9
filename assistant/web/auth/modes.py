"""With which settings a server may start: no address but this machine's own is served without a log-in."""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.web.auth.peers import is_loopback, networks


class AuthSettingsError(AssistantError):
    """The settings do not say who may use the server."""


def check_auth(settings: Settings) -> None:
    """Refuses settings under which anybody could read the documents.

    Raises:
        AuthSettingsError: the message names the settings that are wanting.
        ProxyAddressError: a proxy's address is none.
    """
    trusted = networks(settings.trusted_proxies)
    if settings.auth == "off" and not is_loopback(settings.host):
        raise AuthSettingsError(
            f"Địa chỉ {settings.host} mở cho máy khác, nhưng chưa chọn cách đăng nhập. Đặt TROLY_AUTH=accounts (tài "
            "khoản riêng, tạo bằng `troly user add`), TROLY_AUTH=oidc (đăng nhập của cơ quan), hoặc TROLY_AUTH=header "
            "cùng TROLY_TRUSTED_PROXIES nếu đã có cổng đăng nhập đứng trước; hoặc chỉ mở trên máy này: --host "
            "127.0.0.1."
        )
    if settings.auth == "header" and not trusted:
        raise AuthSettingsError(
            f"TROLY_AUTH=header tin tiêu đề {settings.auth_header}, nên phải biết máy nào được gửi tiêu đề ấy. Đặt "
            "TROLY_TRUSTED_PROXIES, ví dụ 10.0.0.5."
        )
    if settings.auth == "oidc":
        _check_oidc(settings)


def _check_oidc(settings: Settings) -> None:
    wanted = {
        "TROLY_OIDC_ISSUER": settings.oidc_issuer,
        "TROLY_OIDC_CLIENT_ID": settings.oidc_client_id,
        "TROLY_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise AuthSettingsError(f"TROLY_AUTH=oidc cần thêm {', '.join(missing)}. Xem bảng thiết lập trong README.md.")
    for name in ("TROLY_OIDC_ISSUER", "TROLY_PUBLIC_URL"):
        url = urlsplit(wanted[name])
        if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname or "")):
            raise AuthSettingsError(f"{name} phải là địa chỉ https://, vì mật mã đăng nhập đi qua đó.")
