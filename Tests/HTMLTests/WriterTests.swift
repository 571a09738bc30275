import HTML
import Testing

/// What a fragment writes, as a string.
func written(_ fragment: Fragment) -> String {
    let h = HTMLWriter(capacity: 16)
    h.render(fragment)
    return h.string
}

@Suite("HTML writer")
struct WriterTests {
    @Test("an element holds its attributes, its content and its end tag")
    func element() {
        let page = written { h in
            h.div(.class("card"), .id("c1")) {
                h.p(text: "Bonjour")
                h.br()
                h.text(-42)
            }
        }
        #expect(page == #"<div class="card" id="c1"><p>Bonjour</p><br>-42</div>"#)
    }

    @Test("an element without content keeps its end tag, a void element has none")
    func voids() {
        #expect(written { $0.div() } == "<div></div>")
        #expect(written { $0.hr() } == "<hr>")
        #expect(written { $0.input(.type(.checkbox), .name("a")) } == #"<input type="checkbox" name="a">"#)
        #expect(written { $0.img(.src("/a.png"), .alt("")) } == #"<img src="/a.png" alt="">"#)
    }

    @Test("a boolean attribute is written when true only")
    func booleans() {
        #expect(written { $0.input(.required(), .checked(false), .disabled(true)) } == "<input required disabled>")
        #expect(written { $0.details(.open(false), .when(false, .id("x")), .when(true, .id("y"))) } == #"<details id="y"></details>"#)
    }

    @Test("classes are joined, empty ones are left out")
    func classes() {
        #expect(written { $0.i(.class("a", "", "b")) } == #"<i class="a b"></i>"#)
        #expect(written { $0.i(.class("")) } == "<i></i>")
    }

    @Test("data and aria attributes")
    func dataAndAria() {
        let page = written { $0.div(.data("refresh", "/x?a=1&b=2"), .data("guard"), .aria(.current, "page"), .aria(.hidden, true)) }
        #expect(page == #"<div data-refresh="/x?a=1&amp;b=2" data-guard aria-current="page" aria-hidden="true"></div>"#)
    }

    @Test("French text passes unchanged")
    func unicode() {
        let text = "Réunion d’équipe — « suivi » : 1\u{202F}234,50\u{00A0}€, \u{2212}3, œuvre, 🩺, e\u{301}"
        #expect(written { $0.text(text) } == text)
        #expect(written { $0.text(text[...]) } == text)
        #expect(written { h in Array(text.utf8).withUnsafeBufferPointer { h.textBytes($0) } } == text)
    }

    @Test("a writer grows beyond its first capacity")
    func growth() {
        let line = String(repeating: "équipe & soins ", count: 4_000)
        let page = written { h in for _ in 0..<5 { h.p(text: line) } }
        let expected = "<p>" + line.replacing("&", with: "&amp;") + "</p>"
        #expect(page == String(repeating: expected, count: 5))
    }

    @Test("the first line end of a long text survives the browser")
    func longText() {
        #expect(written { $0.textarea(.name("t"), text: "\nsuite") } == "<textarea name=\"t\">\n\nsuite</textarea>")
        #expect(written { $0.textarea(text: "</textarea><script>") } == "<textarea>&lt;/textarea&gt;&lt;script&gt;</textarea>")
    }

    @Test(
        "numbers of a drawing are short and never scientific",
        arguments: [
            (0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.001, "0.001"), (0.0001, "0"), (12.3456, "12.346"), (10.05, "10.05"),
            (1e7, "10000000"), (Double.nan, "0"), (Double.infinity, "0"), (-0.0004, "0"),
        ])
    func decimals(number: Double, text: String) {
        #expect(written { $0.rect(.x(number)) } == "<rect x=\"\(text)\"></rect>")
    }

    @Test("a drawing")
    func drawing() {
        let page = written { h in
            h.svg(.viewBox(0, 0, 100, 40), .role("img")) {
                h.title(text: "Présences")
                h.polyline(.points([(x: 0, y: 1), (x: 2.5, y: 3)]))
                h.svgText(.x(1), .textAnchor(.end), text: "12 %")
                h.use(id: "i\"><script>")
            }
        }
        #expect(
            page == #"<svg viewBox="0 0 100 40" role="img"><title>Présences</title><polyline points="0,1 2.5,3"></polyline>"#
                + ##"<text x="1" text-anchor="end">12 %</text><use href="#i&quot;&gt;&lt;script&gt;"></use></svg>"##)
    }

    @Test("a writer can be used again")
    func reset() {
        let h = HTMLWriter()
        h.p(text: "a")
        h.reset()
        h.p(text: "b")
        #expect(h.bytes == Array("<p>b</p>".utf8))
        #expect(h.count == 8)
    }
}
