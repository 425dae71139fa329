//! The table that the benchmark prints.

use serde_json::Value;

/// One figure and its goal.
#[derive(Debug, Default, serde::Serialize)]
pub struct Row {
    pub what: String,
    pub ours: String,
    /// Empty if there is nothing to compare with.
    pub native: String,
    pub ratio: Option<f64>,
    /// Empty if the design sets no goal.
    pub goal: String,
    pub met: Option<bool>,
    /// The numbers, for the JSON file.
    pub figures: Value,
}

const HEADER: [&str; 6] = ["what", "ours", "native", "ratio", "goal", "met"];

/// The rows as a Markdown table with aligned columns.
pub fn render(table: &[Row]) -> String {
    let rows: Vec<[String; 6]> = table.iter().map(Row::cells).collect();
    let widths: [usize; 6] = std::array::from_fn(|column| {
        rows.iter().map(|row| row[column].chars().count()).chain([HEADER[column].len()]).max().unwrap_or_default()
    });
    let row = |cells: &[String; 6]| {
        let cells: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = widths.map(|width| "-".repeat(width));
    let mut table = row(&HEADER.map(str::to_owned)) + &row(&rule);
    table.extend(rows.iter().map(row));
    table
}

impl Row {
    fn cells(&self) -> [String; 6] {
        let met = match self.met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let ratio = self.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        [self.what.clone(), self.ours.clone(), self.native.clone(), ratio, self.goal.clone(), met.to_owned()]
    }
}

/// A number with three significant digits and with separated thousands.
pub fn number(value: f64) -> String {
    match value {
        value if value < 0.1 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value if value < 1_000.0 => format!("{value:.0}"),
        value => {
            let mut digits = format!("{value:.0}");
            for place in (1..digits.len()).rev().filter(|place| (digits.len() - place) % 3 == 0).collect::<Vec<_>>() {
                digits.insert(place, ',');
            }
            digits
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_three_significant_digits_and_separated_thousands() {
        assert_eq!([0.123, 12.34, 123.4, 1_234.0].map(number), ["0.12", "12.3", "123", "1,234"]);
        assert_eq!([12_345.6, 1e6].map(number), ["12,346", "1,000,000"]);
    }
}
