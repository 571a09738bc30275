public import HTML
public import Kernel

/// One line of a history.
public struct TimelineEntry {
    /// « 12/03/2026 18:30 ».
    public let when: String
    public let text: String
    /// Who, through what, and the detail of what changed.
    public let detail: Fragment?
    public let tone: Tone
    public let isCurrent: Bool

    public init(when: String, _ text: String, tone: Tone = .soft, isCurrent: Bool = false, detail: Fragment? = nil) {
        self.when = when
        self.text = text
        self.tone = tone
        self.isCurrent = isCurrent
        self.detail = detail
    }
}

extension HTMLWriter {
    /// What happened, in the order given.
    public func timeline(_ entries: [TimelineEntry]) {
        ol(.class("timeline"), .role("list")) {
            for entry in entries {
                li(
                    .class(
                        "timeline__item", entry.tone == .soft ? "" : "timeline__item--" + entry.tone.suffix,
                        entry.isCurrent ? "timeline__item--current" : "")
                ) {
                    span(.class("timeline__when"), text: entry.when)
                    span(.class("timeline__text"), text: entry.text)
                    if let detail = entry.detail { div(.class("timeline__detail")) { render(detail) } }
                }
            }
        }
    }

    /// How far something is, always with words: « 9 réunions sur 12 ».
    /// - Parameters:
    ///   - label: what is counted.
    ///   - words: the figure in words.
    public func progress(_ label: String, value: Int, of total: Int, words: String, tone: Tone = .note) {
        div(.class("progress progress--" + tone.suffix)) {
            div(.class("progress__label")) {
                span(text: label)
                strong(text: words)
            }
            progress(
                .class("progress__bar"), .value(Swift.min(Swift.max(value, 0), total)), .max(String(Swift.max(total, 1))),
                .aria(.label, label + "\u{A0}: " + words))
        }
    }

    /// The mark of a sealed proof: its state, its date, the first eight characters of its digest.
    /// - Parameters:
    ///   - date: « 12 mars 2026 à 18 h 30 ».
    ///   - digest: hexadecimal; the whole is in the title.
    public func seal(_ state: String = "Scellé", date: String, digest: String, href: String? = nil) {
        div(.class("seal")) {
            icon(.seal)
            div {
                span(.class("seal__state"), text: state)
                span(.class("seal__date"), text: date)
                span(.class("seal__digest"), .title("Empreinte\u{A0}: " + digest)) {
                    text("Empreinte ")
                    text(String(digest.prefix(8)))
                }
                if let href {
                    text(" ")
                    a(.href(href), text: "Voir la preuve")
                }
            }
        }
    }

    /// What will be sealed and is not yet.
    public func unsealed(_ sentence: String) {
        div(.class("seal seal--open")) {
            icon(.seal)
            div { span(.class("seal__state"), text: sentence) }
        }
    }
}
