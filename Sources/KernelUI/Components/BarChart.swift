public import HTML

/// One bar of a chart.
public struct ChartBar: Sendable {
    public let label: String
    /// Length of the bar; negative values are drawn as zero, bars start at zero.
    public let value: Double
    /// The value as written in French beside the bar and in the table.
    public let text: String
    public let warns: Bool

    public init(_ label: String, value: Double, text: String, warns: Bool = false) {
        self.label = label
        self.value = value
        self.text = text
        self.warns = warns
    }
}

extension HTMLWriter {
    /// Horizontal bars from zero, with their labels and values beside them, and their table under « Voir les chiffres ».
    /// - Parameters:
    ///   - unit: header of the values in the table.
    ///   - note: coverage, date, rounding, shown under the drawing.
    public func barChart(_ title: String, bars: [ChartBar], unit: String, note: String? = nil) {
        guard !bars.isEmpty else { return }
        figure(.class("chart")) {
            figcaption { strong(text: title) }
            drawing(title, bars)
            if let note { p(.class("soft small"), text: note) }
            disclosure("Voir les chiffres") {
                table(title, columns: [TableColumn(title), TableColumn(unit, .number)], isDense: true) { table in
                    for bar in bars {
                        table.row { row in
                            row.title(bar.label)
                            row.cell(bar.text)
                        }
                    }
                }
            }
        }
    }

    private func drawing(_ title: String, _ bars: [ChartBar]) {
        // 400 units wide, so that its words stay readable on a phone: labels on the left, values right of the bars.
        let step = 28.0
        let left = Swift.min(148, 14 + 6.6 * Double(bars.map(\.label.count).max() ?? 0))
        let room = 400 - left - 12 - 7.5 * Double(bars.map(\.text.count).max() ?? 0)
        let greatest = Swift.max(bars.map(\.value).max() ?? 0, .leastNonzeroMagnitude)
        let height = step * Double(bars.count) + 4
        svg(.viewBox(0, 0, 400, height), .role("img"), .aria(.label, title)) {
            line(.class("chart__axis"), .x1(left), .y1(0), .x2(left), .y2(height))
            for (index, bar) in bars.enumerated() {
                let y = step * Double(index) + 5
                let length = greatest > .leastNonzeroMagnitude ? room * Swift.max(bar.value, 0) / greatest : 0
                svgText(.x(left - 8), .y(y + 13.5), .textAnchor(.end), text: shortened(bar.label))
                rect(.class(bar.warns ? "chart__bar chart__bar--warn" : "chart__bar"), .x(left), .y(y), .width(length), .height(18), .rx(2))
                svgText(.class("chart__value"), .x(left + length + 8), .y(y + 13.5), text: bar.text)
            }
        }
    }

    private func shortened(_ label: String) -> String {
        label.count <= 21 ? label : label.prefix(20) + "…"
    }
}
