import HTML
import Testing

/// Addresses in `href`, `src`, `action` and `formaction`.
@Suite("Addresses")
struct AddressTests {
    @Test(
        "a dangerous address becomes #",
        arguments: [
            "javascript:alert(1)", "JavaScript:alert(1)", "jAvAsCrIpT:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)",
            "java\tscript:alert(1)", "java\nscript:alert(1)", "java\rscript:alert(1)", "\u{1}javascript:alert(1)",
            "\u{0}javascript:alert(1)",
            "javascript&colon;alert(1)", "javascript&#58;alert(1)", "&#106;avascript:alert(1)", "javascript%3Aalert(1)",
            "data:text/html,<script>alert(1)</script>", "DATA:text/html;base64,AAAA", "vbscript:msgbox(1)", "blob:https://x/y",
            "file:///etc/passwd",
            "//exemple.fr", "/\\exemple.fr", "\\\\exemple.fr", "/\t/exemple.fr", "http:exemple.fr", "https:javascript", "view-source:x",
            "x:y", "é:y",
            ":", "a:b/c", "ｊavascript:alert(1)", "\u{202E}javascript:alert(1)", "/a\u{7F}b",
        ])
    func refused(_ address: String) {
        #expect(written { $0.a(.href(address)) } == "<a href=\"#\"></a>")
        #expect(written { $0.img(.src(address)) } == "<img src=\"#\">")
        #expect(written { $0.form(.action(address)) } == "<form action=\"#\"></form>")
        #expect(written { $0.button(.formaction(address)) } == "<button formaction=\"#\"></button>")
    }

    @Test(
        "an ordinary address passes",
        arguments: [
            "", "/", "/m/trois-ponts/equipe", "?page=2", "#contenu", "./x", "../x", "reunions/12", "reunions", "a.b-c_d~e?x=a:b", "/x:y",
            "https://exemple.fr/a", "HTTPS://exemple.fr", "http://exemple.fr", "mailto:a@exemple.fr", "tel:+33123456789",
            "webcal://exemple.fr/x.ics",
            "/recherche?q=é",
        ])
    func admitted(_ address: String) {
        #expect(written { $0.a(.href(address)) } == "<a href=\"\(address)\"></a>")
    }

    @Test("a script comes from the house or not at all")
    func script() {
        #expect(written { $0.script(src: "/assets/collectif.js", .defer()) } == "<script src=\"/assets/collectif.js\" defer></script>")
        for address in ["https://exemple.fr/x.js", "//exemple.fr/x.js", "x.js", "", "data:text/javascript,1", "/\\x"] {
            #expect(written { $0.script(src: address) } == "")
        }
    }
}
