public import HTML
import Kernel

/// The signs that stand beside words, never instead of them. Drawn on a square of 16 units, in the colour of the text.
public enum Icon: Sendable, CaseIterable {
    // States common to all modules.
    case draft, planned, running, toValidate, validated, closed, cancelled, archived, toPay, paid
    // Remarks.
    case late, missing, warning, info, stop
    // Things and acts.
    case today, meeting, person, people, document, mail, money, seal, link, search, add, remove, edit, print, download, more, next,
        ascending, descending
    case help, scheme, key

    var outline: StaticString {
        switch self {
        case .draft: "M3 13l.7-2.9L10.6 3.2l2.2 2.2-6.9 6.9zM9 4.8L11.2 7"
        case .planned: "M2.8 4h10.4v9H2.8zM2.8 7h10.4M5.4 2.4v2.8M10.6 2.4v2.8"
        case .running: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM6.8 5.7v4.6L10.4 8z"
        case .toValidate:
            "M4.4 2.5h7.2M4.4 13.5h7.2M5.4 2.5c0 3.2 5.2 3.8 5.2 5.5s-5.2 2.3-5.2 5.5M10.6 2.5c0 3.2-5.2 3.8-5.2 5.5s5.2 2.3 5.2 5.5"
        case .validated: "M3 8.6l3.3 3.2L13 4.6"
        case .closed: "M3.8 7.3h8.4v6H3.8zM5.4 7.3V5.2a2.6 2.6 0 0 1 5.2 0v2.1"
        case .cancelled: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM6 6l4 4M10 6l-4 4"
        case .archived: "M2.4 3.2h11.2v3H2.4zM3.4 6.2v7h9.2v-7M6.4 9h3.2"
        case .toPay: "M12 4.2A4.9 4.9 0 0 0 4.4 8 4.9 4.9 0 0 0 12 11.8M2.8 6.9h6.4M2.8 9.1h6.4"
        case .paid: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM5.4 8.3l1.9 1.8 3.3-3.8"
        case .late: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM8 4.9v3.3l2.3 1.4"
        case .missing:
            "M6 2.7a5.6 5.6 0 0 1 4 0M12.5 4.6a5.6 5.6 0 0 1 1.1 3.9M11.9 12a5.6 5.6 0 0 1-3.4 1.6M5 12.8a5.6 5.6 0 0 1-2.4-3.3M2.5 6.9A5.6 5.6 0 0 1 4 4.1M8 5v3.6M8 11v.1"
        case .warning: "M8 2.4l6.2 11H1.8zM8 6.3v3.4M8 11.5v.1"
        case .info: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM8 7.3v3.5M8 5.1v.1"
        case .stop: "M5.6 2.3h4.8l3.3 3.3v4.8l-3.3 3.3H5.6l-3.3-3.3V5.6zM8 5v3.6M8 11v.1"
        case .today: "M2.6 7.2L8 2.8l5.4 4.4V13H9.8V9.4H6.2V13H2.6z"
        case .meeting: "M2.4 3.4h7.2v5H6.2L4 10.4v-2H2.4zM11.4 6.4h2.2v5H12v2l-2.2-2H6.8v-1.2"
        case .person: "M8 2.6a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2zM2.9 13.4c.5-2.6 2.5-3.9 5.1-3.9s4.6 1.3 5.1 3.9"
        case .people:
            "M6 3.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6zM1.7 13c.4-2.4 2.1-3.5 4.3-3.5s3.9 1.1 4.3 3.5M10.6 3.5a2.2 2.2 0 0 1 0 4.2M12 9.7c1.3.5 2.1 1.6 2.4 3.3"
        case .document: "M4 2.2h5l3 3v8.6H4zM9 2.2v3h3M6 8.2h4M6 10.8h4"
        case .mail: "M2.2 4h11.6v8.4H2.2zM2.4 4.4L8 9l5.6-4.6"
        case .money: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM10.4 6A2.9 2.9 0 0 0 6.2 8a2.9 2.9 0 0 0 4.2 2M5 7.3h3.4M5 8.9h3.4"
        case .seal: "M8 2a4.3 4.3 0 1 1 0 8.6A4.3 4.3 0 0 1 8 2zM5.4 9.8L4.6 14 8 12.2l3.4 1.8-.8-4.2M6.3 6.3l1.3 1.2 2.2-2.5"
        case .link:
            "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7L8 4.2M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l1-.9"
        case .search: "M7 2.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8zM10.2 10.2l3.4 3.4"
        case .add: "M8 3v10M3 8h10"
        case .remove: "M4 4l8 8M12 4l-8 8"
        case .edit: "M3 13l.7-2.9L10.6 3.2l2.2 2.2-6.9 6.9z"
        case .print: "M4.4 6V2.6h7.2V6M4.4 11.4H2.4V6h11.2v5.4h-2M4.4 9.4h7.2v4H4.4z"
        case .download: "M8 2.6v7.2M4.8 6.8L8 10l3.2-3.2M2.8 13.2h10.4"
        case .more: "M3.4 8v.1M8 8v.1M12.6 8v.1"
        case .next: "M6 3.4L10.6 8 6 12.6"
        case .ascending: "M8 13V3.4M4 7.2l4-4 4 4"
        case .descending: "M8 3v9.6M4 8.8l4 4 4-4"
        case .help: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM6.2 6.4A1.8 1.8 0 1 1 8 8.3v.9M8 11.2v.1"
        case .scheme: "M8 2.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 8 2.3zM8 2.3v11.4M8 5.5h4.8M8 8h5.5M8 10.5h4.8"
        case .key: "M5.4 7.4a2.9 2.9 0 1 1 0 5.8 2.9 2.9 0 0 1 0-5.8zM7.5 8.3l5.9-5.9M11 4.8l2 2"
        }
    }

    private static let words: [(String, Icon)] = [
        ("brouillon", .draft), ("prévu", .planned), ("à venir", .planned), ("convoqu", .mail), ("en cours", .running),
        ("à valider", .toValidate),
        ("validé", .validated), ("approuvé", .validated), ("présent", .validated), ("clos", .closed), ("verrouillé", .closed),
        ("scellé", .seal),
        ("annulé", .cancelled), ("archivé", .archived), ("à payer", .toPay), ("payé", .paid), ("en retard", .late), ("retard", .late),
        ("manqu", .missing), ("absent", .cancelled), ("excusé", .info), ("publié", .document), ("invité", .mail), ("à faire", .planned),
    ]

    /// The icon of a state or remark by its word, whatever its gender and number; nil for another word.
    static func forWord(_ word: String) -> Icon? {
        let word = word.lowercased()
        return words.first { word.utf8.starts(with: $0.0.utf8) }?.1
    }

    /// The icon of a tone, when the word has none of its own.
    static func forTone(_ tone: Tone) -> Icon? {
        switch tone {
        case .done: .validated
        case .warn: .warning
        case .stop: .stop
        case .note: .info
        case .soft: nil
        }
    }
}

extension HTMLWriter {
    /// An icon, silent for assistive tools: the word beside it says the same.
    public func icon(_ icon: Icon) {
        trusted("<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\"><path d=\"")
        trusted(icon.outline)
        trusted("\"/></svg>")
    }
}

extension Tone {
    /// The ending of a class: `chip--warn`.
    var suffix: String { rawValue }
}
