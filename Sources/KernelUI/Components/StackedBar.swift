public import HTML

/// One part of a single bar.
public struct BarPart: Sendable {
    public let label: String
    /// Length; negative values are drawn as zero.
    public let value: Int
    /// The value as written in French.
    public let text: String

    public init(_ label: String, value: Int, text: String) {
        self.label = label
        self.value = value
        self.text = text
    }
}

extension HTMLWriter {
    /// One bar whose parts follow one another from zero: acquired (full), to come (washed), possible (outline). Each part is
    /// named under the bar, with a mark of its own shape, so that nothing hangs on colour.
    /// - Parameter parts: at most three, in that order.
    public func stackedBar(_ title: String, parts: [BarPart]) {
        let total = parts.reduce(0) { $0 + Swift.max($1.value, 0) }
        guard total > 0 else { return }
        figure(.class("chart")) {
            figcaption(.class("vh"), text: title)
            svg(
                .viewBox(0, 0, 520, 22), .role("img"),
                .aria(.label, title + "\u{A0}: " + parts.map { "\($0.label) \($0.text)" }.joined(separator: ", "))
            ) {
                var x = 1.0
                for (index, part) in parts.prefix(3).enumerated() {
                    let width = 518 * Double(Swift.max(part.value, 0)) / Double(total)
                    if width > 0 { rect(.class(Self.partClasses[index]), .x(x), .y(1), .width(width), .height(20), .rx(3)) }
                    x += width
                }
            }
            dl(.class("chart__parts")) {
                for (index, part) in parts.prefix(3).enumerated() {
                    div {
                        dt {
                            svg(.class("chart__key"), .viewBox(0, 0, 14, 14), .aria(.hidden, true)) {
                                rect(.class(Self.partClasses[index]), .x(1), .y(1), .width(12), .height(12), .rx(2))
                            }
                            text(part.label)
                        }
                        dd(text: part.text)
                    }
                }
            }
        }
    }

    private static var partClasses: [String] { ["chart__bar", "chart__bar chart__bar--2", "chart__bar chart__bar--3"] }
}
