public import HTML

/// One month of a chart over the year.
public struct YearChartPoint: Sendable {
    /// « janv. », at most five characters.
    public let label: String
    /// Height, a whole number of any unit.
    public let value: Int
    /// The value as written in French in the table.
    public let text: String

    public init(_ label: String, value: Int, text: String) {
        self.label = label
        self.value = value
        self.text = text
    }
}

extension HTMLWriter {
    /// A line over twelve months from zero, with the mark of today and a line at the most that is possible; its table is under
    /// « Voir les chiffres ».
    /// - Parameters:
    ///   - points: the months that have a figure, from January on, at most twelve.
    ///   - goal: value and words of the level line; nil without one.
    ///   - expected: value and words reached in December at the present pace; drawn dashed from the last point.
    public func yearChart(
        _ title: String, points: [YearChartPoint], months: [String], unit: String, goal: YearChartPoint?, expected: YearChartPoint?,
        note: String? = nil
    ) {
        guard let last = points.last, months.count == 12 else { return }
        let top = Swift.max(1, (points.map(\.value) + [goal?.value ?? 0, expected?.value ?? 0]).max() ?? 1)
        let (left, right, height) = (8.0, 512.0, 168.0)
        func x(_ month: Int) -> Double { left + (right - left) * (Double(month) + 0.5) / 12 }
        func y(_ value: Int) -> Double { 16 + (height - 40) * (1 - Double(Swift.max(value, 0)) / Double(top)) }
        figure(.class("chart")) {
            figcaption { strong(text: title) }
            svg(.viewBox(0, 0, 520, height), .role("img"), .aria(.label, "\(title)\u{A0}: \(last.text) \(unit) à ce jour")) {
                line(.class("chart__axis"), .x1(left), .y1(y(0)), .x2(right), .y2(y(0)))
                if let goal {
                    line(.class("chart__grid"), .x1(left), .y1(y(goal.value)), .x2(right), .y2(y(goal.value)))
                    svgText(.class("chart__tick"), .x(left), .y(y(goal.value) - 4), text: "\(goal.label)\u{A0}: \(goal.text)")
                }
                for (index, month) in months.enumerated() {
                    svgText(.class("chart__tick"), .x(x(index)), .y(height - 8), .textAnchor(.middle), text: month)
                }
                polyline(.class("chart__line"), .points(points.enumerated().map { (x($0.offset), y($0.element.value)) }))
                let place = points.count - 1
                line(.class("chart__mark"), .x1(x(place)), .y1(12), .x2(x(place)), .y2(y(0)))
                if let expected, place < 11 {
                    line(.class("chart__line chart__line--2"), .x1(x(place)), .y1(y(last.value)), .x2(x(11)), .y2(y(expected.value)))
                }
                svgText(
                    .class("chart__value"), .x(x(place) + (place > 8 ? -6 : 6)), .y(Swift.max(24, y(last.value) + 18)),
                    .textAnchor(place > 8 ? .end : .start), text: last.text)
            }
            if let note { p(.class("soft small"), text: note) }
            disclosure("Voir les chiffres") {
                table(title, columns: [TableColumn("Mois"), TableColumn(unit, .number)], isDense: true) { table in
                    for point in points {
                        table.row { row in
                            row.title(point.label)
                            row.cell(point.text)
                        }
                    }
                    if let expected {
                        table.row { row in
                            row.title(expected.label)
                            row.cell(expected.text)
                        }
                    }
                }
            }
        }
    }
}
