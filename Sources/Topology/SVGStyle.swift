/// The colors and fonts of the picture, light and dark.
enum SVGStyle {
    static let text = """
        .topology text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;\
        fill:#59636e}
        .topology .title{font-size:13px;font-weight:600;fill:#1f2328}
        .topology .name{fill:#1f2328}
        .topology .head{font-size:11px;font-weight:600}
        .topology .canvas{fill:#ffffff}
        .topology .box{fill:#f6f8fa;stroke:#d1d9e0}
        .topology .edge{fill:none;stroke:#afb8c1;stroke-width:1.5}
        .topology .bar{fill:#6e7781}
        .topology .vlan .bar{fill:#0969da}
        .topology .network .bar{fill:#8250df}
        .topology .shim .bar{fill:#1a7f37}
        .topology .list .box{fill:#ffffff}
        .topology .more .box{stroke-dasharray:4 3}
        .topology .attention .box{stroke:#9a6700;stroke-dasharray:5 3;fill:#fff8e5}
        .topology .failed .box{stroke:#cf222e;stroke-dasharray:5 3;fill:#ffebe9}
        .topology .attention .bar{fill:#bf8700}
        .topology .failed .bar{fill:#cf222e}
        .topology text.attention{fill:#845306}
        .topology text.failed{fill:#b81a25}
        .topology .edge.attention{stroke:#bf8700;stroke-dasharray:5 3}
        .topology .edge.failed{stroke:#cf222e;stroke-dasharray:5 3}
        @media screen and (prefers-color-scheme:dark){
        .topology text{fill:#9198a1}
        .topology .title,.topology .name{fill:#f0f6fc}
        .topology .canvas{fill:#0d1117}
        .topology .box{fill:#1c222b;stroke:#3d444d}
        .topology .edge{stroke:#545d68}
        .topology .bar{fill:#768390}
        .topology .vlan .bar{fill:#4493f8}
        .topology .network .bar{fill:#ab7df8}
        .topology .shim .bar{fill:#3fb950}
        .topology .list .box{fill:#151b23}
        .topology .attention .box{stroke:#9e7a1f;fill:#272115}
        .topology .failed .box{stroke:#c93c37;fill:#2d1a1d}
        .topology .attention .bar{fill:#d29922}
        .topology .failed .bar{fill:#f85149}
        .topology text.attention{fill:#e3b341}
        .topology text.failed{fill:#ff8078}
        .topology .edge.attention{stroke:#9e7a1f}
        .topology .edge.failed{stroke:#c93c37}
        }

        """
}
