import Kernel

/// A field of the input that is not a counted fact.
enum InputDetail: String, CaseIterable, Sendable {
    case weekdayHours = "opening.weekday_hours"
    case holidayClosureWeeks = "opening.holiday_closure_weeks"
    case otherClosureWeeks = "opening.other_closure_weeks"
    case ratePrecision = "concertation.rate_precision"
    case acquiredOn = "information_system.acquired_on"
    case cssRate = "precarity.css_rate"
    case ameRate = "precarity.ame_rate"
    case nationalCSSRate = "precarity.national_css_rate"
    case nationalAMERate = "precarity.national_ame_rate"
    case contractStartsOn = "contract.starts_on"
    case contractEndsOn = "contract.ends_on"
    case healthProjectFiledOn = "contract.health_project_filed_on"

    /// How the field is written in JSON.
    enum Shape: Sendable, Equatable {
        /// A number from 0 to a bound, in this unit.
        case number(most: Int, unit: String)
        /// A day.
        case date
        /// One of these words.
        case choice([String])
    }

    /// How the field is written.
    var shape: Shape {
        switch self {
        case .weekdayHours: .number(most: 24, unit: "heures")
        case .holidayClosureWeeks, .otherClosureWeeks: .number(most: 53, unit: "semaines")
        case .ratePrecision: .choice(RatePrecision.allCases.map(\.rawValue))
        case .cssRate, .ameRate, .nationalCSSRate, .nationalAMERate: .number(most: 100, unit: "%")
        case .acquiredOn, .contractStartsOn, .contractEndsOn, .healthProjectFiledOn: .date
        }
    }
}

/// Where a member of the input belongs.
enum InputField: Sendable {
    case exercise
    case fact(Fact)
    case detail(InputDetail)
    case group([String: InputField])

    /// The members of a structure, from the paths of all facts and details.
    static let all: [String: InputField] = {
        var top: [String: InputField] = ["exercise": .exercise]
        let fields =
            Fact.allCases.map { ($0.path, InputField.fact($0)) } + InputDetail.allCases.map { ($0.rawValue, InputField.detail($0)) }
        for (path, field) in fields {
            let parts = path.split(separator: ".").map(String.init)
            guard parts.count == 2 else {
                top[path] = field
                continue
            }
            var members: [String: InputField] = if case .group(let known) = top[parts[0]] { known } else { [:] }
            members[parts[1]] = field
            top[parts[0]] = .group(members)
        }
        return top
    }()
}

/// Where a value stands in the document; written out only when it is at fault.
struct InputPlace {
    /// In an array, the place of the structure.
    let element: Int?
    private(set) var group: String?
    private(set) var name: String?

    init(element: Int?) { self.element = element }

    /// A member of the structure, or of one of its groups.
    func member(_ name: String, of group: String? = nil) -> InputPlace {
        var place = self
        place.group = group
        place.name = name
        return place
    }

    /// `[2].concertation.files`.
    var path: String {
        let field = DocumentReading.join(group ?? "", name ?? "")
        return DocumentReading.join(element.map { "[\($0)]" } ?? "", field)
    }
}
